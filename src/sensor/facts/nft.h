/*
 * nft: nftables.conf in pieces. Private to the room.
 *
 *   nft_token.c   bytes -> tokens, through includes and defined names
 *   nft.c         tokens -> tables, chains, sets; rules as lists of tokens
 *   nft_rule.c    a list of tokens -> struct firewall_rule
 */
#ifndef MERLON_FACTS_NFT_H
#define MERLON_FACTS_NFT_H

#include "sensor/facts/firewall.h"

#define NFT_DEPTH_MAX  16   /* files or names within each other, as nft has it */
#define NFT_FILES_MAX  2000 /* reads of included files */
#define NFT_BYTES_MAX  ((size_t)256 << 20)
#define NFT_TOKENS_MAX 4096   /* of one rule or name; what is longer is a problem */
#define NFT_NAMES_MAX  1000   /* defined names, and sets that are remembered */
#define NFT_EXPAND_MAX 200000 /* tokens that names stand for, in all */
#define NFT_ELEMENTS   32     /* a set with more is not remembered */

enum nft_kind { NFT_WORD, NFT_STRING, NFT_MARK, NFT_LINE, NFT_END };

/* NFT_MARK: one of { } ( ) ; , = == != < > <= >= ; NFT_LINE: the end of a line. */
struct nft_token {
    enum nft_kind kind;
    struct view text;
    const struct item *item;
    uint32_t line;
};

struct nft_name {
    struct view name;
    struct nft_token *tokens;
    size_t count;
};

/* A file being read, the tokens of a name, or the files that a pattern matched. */
struct nft_frame {
    const struct item *item;
    const char *path;
    struct view rest;
    uint32_t line;
    const struct nft_name *name; /* NULL: a file */
    const char *const *paths;    /* NULL: not of a pattern */
    size_t path_count, next;
};

struct nft_set {
    struct view family, table, name;
    struct view elements; /* divided by commas; ptr NULL: too many */
};

struct nft {
    struct firewall *firewall;
    struct facts *facts;
    struct nft_frame frames[NFT_DEPTH_MAX];
    size_t depth;
    size_t files, bytes; /* included in all, each as often as it is read */
    struct nft_name names[NFT_NAMES_MAX];
    size_t name_count, expanded;
    struct nft_set sets[NFT_NAMES_MAX];
    size_t set_count;
    struct nft_token token; /* the one looked at */
    bool has_token;
    struct nft_token list[NFT_TOKENS_MAX]; /* of the statement being read */
    size_t list_count;
    size_t emitted; /* chains and rules, of this file */
};

/* ---- tokens ------------------------------------------------------------------------------- */

struct nft_token nft_next(struct nft *nft);
struct nft_token nft_peek(struct nft *nft);
void nft_problem(struct nft *nft, const struct nft_token *at, const char *what);
bool nft_is(const struct nft_token *token, const char *text); /* a word or mark */

/* Goes on in another file, or in what a name stands for, and then comes back. */
void nft_push_file(struct nft *nft, const char *path, const struct nft_token *at);
void nft_push_files(struct nft *nft, const char *const *paths, size_t count,
                    const struct nft_token *at);
void nft_push_name(struct nft *nft, const struct nft_name *name, const struct nft_token *at);

/* The absolute form of what an include names, for file `path`; NULL when it has none. */
const char *nft_include_path(struct arena *arena, struct view name);

/* ---- rules -------------------------------------------------------------------------------- */

/* Puts the rule that nft->list holds; `place` says where. */
MUST_USE struct rc nft_rule(struct nft *nft, const struct firewall_place *place);

const struct nft_set *nft_find_set(const struct nft *nft, const struct firewall_place *place,
                                   struct view name);

#endif
