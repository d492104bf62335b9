/*
 * freeze OUTPUT ROOT FILE...: a build tool. Reads every YAML file and writes them as one frozen
 * document, each under its path below ROOT without ".yaml", sorted by that path.
 */
#include "foundation/document/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *root;

static int by_path(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct rc slurp(const char *path, struct buf *out)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return fault(FAULT_IO, "%s: cannot be opened", path);
    char chunk[65536];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, file)) > 0;)
        buf_add(out, chunk, n);
    bool bad = ferror(file) != 0;
    fclose(file);
    return bad ? fault(FAULT_IO, "%s: cannot be read", path) : RC_OK;
}

static struct rc add_file(struct doc_builder *builder, const char *path)
{
    size_t skip = strlen(root), len = strlen(path);
    if (strncmp(path, root, skip) != 0 || len < skip + 6 || strcmp(path + len - 5, ".yaml") != 0)
        return fault(FAULT_USAGE, "%s: not a .yaml file below %s", path, root);
    char name[512];
    snprintf(name, sizeof name, "%.*s", (int)(len - skip - 6), path + skip + 1);
    struct buf yaml = {0};
    struct rc rc = slurp(path, &yaml);
    if (!failed(rc))
        rc = doc_builder_add_yaml(builder, name, path, buf_view(&yaml));
    buf_free(&yaml);
    return rc;
}

/* Meson names the files relative to the build folder, and the root in full. */
static struct rc add(struct doc_builder *builder, const char *path)
{
    char *full = realpath(path, NULL);
    if (!full)
        return fault(FAULT_IO, "%s: cannot be found", path);
    struct rc rc = add_file(builder, full);
    free(full);
    return rc;
}

static struct rc write_out(const char *path, const struct doc_builder *builder)
{
    struct buf frozen = {0};
    TRY(doc_freeze(builder, &frozen));
    FILE *file = fopen(path, "wb");
    bool good = file && fwrite(frozen.ptr, 1, frozen.len, file) == frozen.len;
    good = file && fclose(file) == 0 && good;
    buf_free(&frozen);
    return good ? RC_OK : fault(FAULT_IO, "%s: cannot be written", path);
}

static struct rc run(int argc, char **argv)
{
    char *full_root = realpath(argv[2], NULL);
    if (!full_root)
        return fault(FAULT_IO, "%s: cannot be found", argv[2]);
    struct doc_builder *builder = doc_builder_new();
    root = full_root;
    qsort(argv + 3, (size_t)(argc - 3), sizeof *argv, by_path);
    struct rc rc = RC_OK;
    for (int i = 3; i < argc && !failed(rc); i++)
        rc = add(builder, argv[i]);
    if (!failed(rc))
        rc = write_out(argv[1], builder);
    doc_builder_free(builder);
    free(full_root);
    return rc;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: freeze OUTPUT ROOT FILE...\n");
        return 2;
    }
    if (failed(run(argc, argv))) {
        fprintf(stderr, "freeze: %s\n", fault_text());
        return 1;
    }
    return 0;
}
