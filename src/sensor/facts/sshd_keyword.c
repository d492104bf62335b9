/*
 * sshd_keyword: the keyword table of OpenSSH 9.2 as Debian 12 builds it (PAM, Kerberos, GSSAPI key
 * exchange), with its built-in defaults, and the names that other releases and distributions know.
 *
 * RHEL 9 (8.7) and Ubuntu 22.04/24.04 (8.9, 9.6) have the same defaults for what checks judge, but
 * for requiredrsasize and the order of some algorithms; crypto-policies arrive there by Include.
 */
#include "sensor/facts/sshd_algorithm.h"
#include "sensor/facts/sshd_keyword.h"

#include <strings.h>

#define IN   SSHD_IN_MATCH
#define EACH SSHD_EACH
#define LAST SSHD_LAST

static const char *const yes_no[] = {"yes", "yes", "no", "no", NULL};
static const char *const families[] = {"inet", "inet", "inet6", "inet6", "any", "any", NULL};
static const char *const forwarding[] = {"yes",    "yes",    "all",   "yes",   "no", "no",
                                         "remote", "remote", "local", "local", NULL};
static const char *const compression[] = {"yes", "yes", "delayed", "yes", "no", "no", NULL};
static const char *const hashes[] = {"md5",    "MD5",    "sha1",   "SHA1",   "sha256", "SHA256",
                                     "sha384", "SHA384", "sha512", "SHA512", NULL};
static const char *const gateway[] = {
    "clientspecified", "clientspecified", "yes", "yes", "no", "no", NULL};
static const char *const rhosts[] = {"yes", "yes", "no", "no", "shosts-only", "shosts-only", NULL};
static const char *const levels[] = {"QUIET",  "QUIET",  "FATAL",  "FATAL",   "ERROR",
                                     "ERROR",  "INFO",   "INFO",   "VERBOSE", "VERBOSE",
                                     "DEBUG",  "DEBUG",  "DEBUG1", "DEBUG",   "DEBUG2",
                                     "DEBUG2", "DEBUG3", "DEBUG3", NULL};
static const char *const facilities[] = {
    "DAEMON", "DAEMON", "USER",   "USER",   "AUTH",   "AUTH",   "AUTHPRIV", "AUTHPRIV", "LOCAL0",
    "LOCAL0", "LOCAL1", "LOCAL1", "LOCAL2", "LOCAL2", "LOCAL3", "LOCAL3",   "LOCAL4",   "LOCAL4",
    "LOCAL5", "LOCAL5", "LOCAL6", "LOCAL6", "LOCAL7", "LOCAL7", NULL};
static const char *const root_login[] = {"without-password",
                                         "prohibit-password",
                                         "prohibit-password",
                                         "prohibit-password",
                                         "forced-commands-only",
                                         "forced-commands-only",
                                         "yes",
                                         "yes",
                                         "no",
                                         "no",
                                         NULL};
static const char *const tunnel[] = {
    "no", "no", "point-to-point", "point-to-point", "ethernet", "ethernet", "yes", "yes", NULL};

/* clang-format off */
static const struct sshd_keyword keywords[] = {
    {"acceptenv", IN | EACH, SSHD_ACCEPT_ENV, NULL, NULL, NULL},
    {"addressfamily", 0, SSHD_CHOICE, "any", families, NULL},
    {"afstokenpassing", 0, SSHD_IGNORED, NULL, NULL, NULL},
    {"allowagentforwarding", IN, SSHD_CHOICE, "yes", yes_no, NULL},
    {"allowgroups", IN | EACH, SSHD_WORDS, NULL, NULL, NULL},
    {"allowstreamlocalforwarding", IN, SSHD_CHOICE, "yes", forwarding, NULL},
    {"allowtcpforwarding", IN, SSHD_CHOICE, "yes", forwarding, NULL},
    {"allowusers", IN | EACH, SSHD_USERS, NULL, NULL, NULL},
    {"authenticationmethods", IN, SSHD_METHODS, "any", NULL, NULL},
    {"authorizedkeyscommand", IN, SSHD_RAW_COMMAND, "none", NULL, NULL},
    {"authorizedkeyscommanduser", IN, SSHD_ONE, "none", NULL, NULL},
    {"authorizedkeysfile", IN, SSHD_WORDS, ".ssh/authorized_keys .ssh/authorized_keys2", NULL, NULL},
    {"authorizedkeysfile2", IN, SSHD_IGNORED, NULL, NULL, NULL},
    {"authorizedprincipalscommand", IN, SSHD_RAW_COMMAND, "none", NULL, NULL},
    {"authorizedprincipalscommanduser", IN, SSHD_ONE, "none", NULL, NULL},
    {"authorizedprincipalsfile", IN, SSHD_ONE, "none", NULL, NULL},
    {"banner", IN, SSHD_ONE, "none", NULL, NULL},
    {"casignaturealgorithms", IN, SSHD_SIGNATURES, SSHD_DEFAULT_SIGNATURES, NULL, NULL},
    {"challengeresponseauthentication", IN, SSHD_CHOICE, NULL, NULL, "kbdinteractiveauthentication"},
    {"channeltimeout", IN, SSHD_CHANNEL_TIMEOUT, "none", NULL, NULL},
    {"checkmail", 0, SSHD_IGNORED, NULL, NULL, NULL},
    {"chrootdirectory", IN, SSHD_ONE, "none", NULL, NULL},
    {"ciphers", 0, SSHD_CIPHERS, SSHD_DEFAULT_CIPHERS, NULL, NULL},
    {"clientalivecountmax", IN, SSHD_INTEGER, "3", NULL, NULL},
    {"clientaliveinterval", IN, SSHD_TIME, "0", NULL, NULL},
    {"compression", 0, SSHD_CHOICE, "yes", compression, NULL},
    {"debianbanner", 0, SSHD_CHOICE, "yes", yes_no, NULL},
    {"denygroups", IN | EACH, SSHD_WORDS, NULL, NULL, NULL},
    {"denyusers", IN | EACH, SSHD_USERS, NULL, NULL, NULL},
    {"disableforwarding", IN, SSHD_CHOICE, "no", yes_no, NULL},
    {"dsaauthentication", 0, SSHD_CHOICE, NULL, NULL, "pubkeyauthentication"},
    {"exposeauthinfo", IN, SSHD_CHOICE, "no", yes_no, NULL},
    {"fingerprinthash", LAST, SSHD_CHOICE, "SHA256", hashes, NULL},
    {"forcecommand", IN, SSHD_RAW, "none", NULL, NULL},
    {"gatewayports", IN, SSHD_CHOICE, "no", gateway, NULL},
    {"gssapiauthentication", IN, SSHD_CHOICE, "no", yes_no, NULL},
    {"gssapicleanupcredentials", 0, SSHD_CHOICE, "yes", yes_no, NULL},
    {"gssapicleanupcreds", 0, SSHD_CHOICE, NULL, NULL, "gssapicleanupcredentials"},
    {"gssapienablek5users", IN, SSHD_FOREIGN, NULL, NULL, NULL},
    {"gssapiindicators", IN, SSHD_FOREIGN, NULL, NULL, NULL},
    {"gssapikexalgorithms", 0, SSHD_GSS_KEX, SSHD_DEFAULT_GSS_KEX, NULL, NULL},
    {"gssapikeyexchange", 0, SSHD_CHOICE, "no", yes_no, NULL},
    {"gssapistorecredentialsonrekey", 0, SSHD_CHOICE, "no", yes_no, NULL},
    {"gssapistrictacceptorcheck", 0, SSHD_CHOICE, "yes", yes_no, NULL},
    {"gssapiusesessioncredcache", 0, SSHD_IGNORED, NULL, NULL, NULL},
    {"gssusesessionccache", 0, SSHD_IGNORED, NULL, NULL, NULL},
    {"hostbasedacceptedalgorithms", IN, SSHD_KEYS, SSHD_DEFAULT_KEYS, NULL, NULL},
    {"hostbasedacceptedkeytypes", IN, SSHD_KEYS, NULL, NULL, "hostbasedacceptedalgorithms"},
    {"hostbasedauthentication", IN, SSHD_CHOICE, "no", yes_no, NULL},
    {"hostbasedusesnamefrompacketonly", IN, SSHD_CHOICE, "no", yes_no, NULL},
    {"hostcertificate", EACH, SSHD_ONE, NULL, NULL, NULL},
    {"hostdsakey", EACH, SSHD_ONE, NULL, NULL, "hostkey"},
    {"hostkey", EACH, SSHD_ONE, "/etc/ssh/ssh_host_rsa_key\n/etc/ssh/ssh_host_ecdsa_key\n"
                                "/etc/ssh/ssh_host_ed25519_key", NULL, NULL},
    {"hostkeyagent", 0, SSHD_ONE, "none", NULL, NULL},
    {"hostkeyalgorithms", 0, SSHD_KEYS, SSHD_DEFAULT_KEYS, NULL, NULL},
    {"ignorerhosts", IN, SSHD_CHOICE, "yes", rhosts, NULL},
    {"ignoreuserknownhosts", 0, SSHD_CHOICE, "no", yes_no, NULL},
    {"include", IN, SSHD_INCLUDE, NULL, NULL, NULL},
    {"ipqos", IN | LAST, SSHD_QOS, "lowdelay throughput", NULL, NULL},
    {"kbdinteractiveauthentication", IN, SSHD_CHOICE, "yes", yes_no, NULL},
    {"keepalive", 0, SSHD_CHOICE, NULL, NULL, "tcpkeepalive"},
    {"kerberosauthentication", IN, SSHD_CHOICE, "no", yes_no, NULL},
    {"kerberosgetafstoken", 0, SSHD_IGNORED, NULL, NULL, NULL},
    {"kerberosorlocalpasswd", 0, SSHD_CHOICE, "yes", yes_no, NULL},
    {"kerberostgtpassing", 0, SSHD_IGNORED, NULL, NULL, NULL},
    {"kerberosticketcleanup", 0, SSHD_CHOICE, "yes", yes_no, NULL},
    {"kerberosuniqueccache", 0, SSHD_FOREIGN, NULL, NULL, NULL},
    {"kerberosusekuserok", IN, SSHD_FOREIGN, NULL, NULL, NULL},
    {"kexalgorithms", 0, SSHD_KEX, SSHD_DEFAULT_KEX, NULL, NULL},
    {"keyregenerationinterval", 0, SSHD_IGNORED, NULL, NULL, NULL},
    {"listenaddress", EACH, SSHD_LISTEN, "0.0.0.0\n::", NULL, NULL},
    {"logingracetime", 0, SSHD_TIME, "120", NULL, NULL},
    {"loglevel", IN, SSHD_CHOICE, "INFO", levels, NULL},
    {"logverbose", IN, SSHD_WORDS, NULL, NULL, NULL},
    {"macs", 0, SSHD_MACS, SSHD_DEFAULT_MACS, NULL, NULL},
    {"match", IN, SSHD_MATCH, NULL, NULL, NULL},
    {"maxauthtries", IN, SSHD_INTEGER, "6", NULL, NULL},
    {"maxsessions", IN, SSHD_INTEGER, "10", NULL, NULL},
    {"maxstartups", LAST, SSHD_STARTUPS, "10:30:100", NULL, NULL},
    {"modulifile", 0, SSHD_ONE, "/etc/ssh/moduli", NULL, NULL},
    {"pamauthenticationviakbdint", 0, SSHD_IGNORED, NULL, NULL, NULL},
    {"pamservicename", IN, SSHD_FOREIGN, NULL, NULL, NULL},
    {"passwordauthentication", IN, SSHD_CHOICE, "yes", yes_no, NULL},
    {"permitblacklistedkeys", 0, SSHD_IGNORED, NULL, NULL, NULL},
    {"permitemptypasswords", IN, SSHD_CHOICE, "no", yes_no, NULL},
    {"permitlisten", IN, SSHD_PERMIT_LISTEN, "any", NULL, NULL},
    {"permitopen", IN, SSHD_PERMIT_OPEN, "any", NULL, NULL},
    {"permitrootlogin", IN, SSHD_CHOICE, "prohibit-password", root_login, NULL},
    {"permittty", IN, SSHD_CHOICE, "yes", yes_no, NULL},
    {"permittunnel", IN, SSHD_CHOICE_EXACT, "no", tunnel, NULL},
    {"permituserenvironment", 0, SSHD_ONE, "no", NULL, NULL},
    {"permituserrc", IN, SSHD_CHOICE, "yes", yes_no, NULL},
    {"persourcemaxstartups", LAST, SSHD_INTEGER_OR_NONE, "none", NULL, NULL},
    {"persourcenetblocksize", LAST, SSHD_NET_BLOCK, "32:128", NULL, NULL},
    {"persourcepenalties", 0, SSHD_FOREIGN, NULL, NULL, NULL},
    {"persourcepenaltyexemptlist", 0, SSHD_FOREIGN, NULL, NULL, NULL},
    {"pidfile", 0, SSHD_ONE, "/run/sshd.pid", NULL, NULL},
    {"port", EACH, SSHD_PORT, "22", NULL, NULL},
    {"printlastlog", 0, SSHD_CHOICE, "yes", yes_no, NULL},
    {"printmotd", 0, SSHD_CHOICE, "yes", yes_no, NULL},
    {"protocol", 0, SSHD_IGNORED, NULL, NULL, NULL},
    {"pubkeyacceptedalgorithms", IN, SSHD_KEYS, SSHD_DEFAULT_KEYS, NULL, NULL},
    {"pubkeyacceptedkeytypes", IN, SSHD_KEYS, NULL, NULL, "pubkeyacceptedalgorithms"},
    {"pubkeyauthentication", IN, SSHD_CHOICE, "yes", yes_no, NULL},
    {"pubkeyauthoptions", IN, SSHD_PUBKEY_OPTIONS, "none", NULL, NULL},
    {"rdomain", IN, SSHD_REFUSED, NULL, NULL, NULL},
    {"refuseconnection", IN, SSHD_FOREIGN, NULL, NULL, NULL},
    {"rekeylimit", IN, SSHD_REKEY, "0 0", NULL, NULL},
    {"requiredrsasize", IN, SSHD_INTEGER, "1024", NULL, NULL},
    {"reversemappingcheck", 0, SSHD_IGNORED, NULL, NULL, NULL},
    {"revokedkeys", IN, SSHD_ONE, "none", NULL, NULL},
    {"rhostsauthentication", 0, SSHD_IGNORED, NULL, NULL, NULL},
    {"rhostsrsaauthentication", IN, SSHD_IGNORED, NULL, NULL, NULL},
    {"rsaauthentication", IN, SSHD_IGNORED, NULL, NULL, NULL},
    {"rsaminsize", 0, SSHD_FOREIGN, NULL, NULL, NULL},
    {"securitykeyprovider", 0, SSHD_ONE, "internal", NULL, NULL},
    {"serverkeybits", 0, SSHD_IGNORED, NULL, NULL, NULL},
    {"setenv", IN, SSHD_SET_ENV, NULL, NULL, NULL},
    {"skeyauthentication", IN, SSHD_CHOICE, NULL, NULL, "kbdinteractiveauthentication"},
    {"sshdauthpath", 0, SSHD_FOREIGN, NULL, NULL, NULL},
    {"sshdsessionpath", 0, SSHD_FOREIGN, NULL, NULL, NULL},
    {"streamlocalbindmask", IN | LAST, SSHD_OCTAL, "0177", NULL, NULL},
    {"streamlocalbindunlink", IN, SSHD_CHOICE, "no", yes_no, NULL},
    {"strictmodes", 0, SSHD_CHOICE, "yes", yes_no, NULL},
    {"subsystem", EACH, SSHD_SUBSYSTEM, NULL, NULL, NULL},
    {"syslogfacility", 0, SSHD_CHOICE, "AUTH", facilities, NULL},
    {"tcpkeepalive", 0, SSHD_CHOICE, "yes", yes_no, NULL},
    {"trustedusercakeys", IN, SSHD_ONE, "none", NULL, NULL},
    {"unusedconnectiontimeout", IN, SSHD_TIME_OR_NONE, "none", NULL, NULL},
    {"usedns", 0, SSHD_CHOICE, "no", yes_no, NULL},
    {"uselogin", 0, SSHD_IGNORED, NULL, NULL, NULL},
    {"usepam", 0, SSHD_CHOICE, "no", yes_no, NULL},
    {"useprivilegeseparation", 0, SSHD_IGNORED, NULL, NULL, NULL},
    {"verifyreversemapping", 0, SSHD_IGNORED, NULL, NULL, NULL},
    {"versionaddendum", 0, SSHD_RAW, "none", NULL, NULL},
    {"warnweakcrypto", IN, SSHD_FOREIGN, NULL, NULL, NULL},
    {"x11displayoffset", IN, SSHD_INTEGER, "10", NULL, NULL},
    {"x11forwarding", IN, SSHD_CHOICE, "no", yes_no, NULL},
    {"x11maxdisplays", IN, SSHD_FOREIGN, NULL, NULL, NULL},
    {"x11uselocalhost", IN, SSHD_CHOICE, "yes", yes_no, NULL},
    {"xauthlocation", 0, SSHD_ONE, "/usr/bin/xauth", NULL, NULL},
};
/* clang-format on */

_Static_assert(COUNT_OF(keywords) <= SSHD_KEYWORDS_MAX, "SSHD_KEYWORDS_MAX is too small");

const struct sshd_keyword *sshd_keywords(size_t *count)
{
    *count = COUNT_OF(keywords);
    return keywords;
}

const struct sshd_keyword *sshd_keyword_find(const char *name)
{
    size_t low = 0, high = COUNT_OF(keywords);
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcasecmp(name, keywords[middle].name);
        if (order == 0)
            return &keywords[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct sshd_keyword *sshd_keyword_meant(const struct sshd_keyword *keyword)
{
    return keyword && keyword->same ? sshd_keyword_find(keyword->same) : keyword;
}
