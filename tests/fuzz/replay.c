/*
 * replay: runs every file of the corpora named as arguments through a fuzz target once, so that
 * whatever was ever found stays fixed. Fails when a folder has no file: an empty replay proves
 * nothing.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input gets memory of just its size: a sanitizer then sees every byte read too far. */
static int replay_file(const char *path)
{
    struct stat stat_of;
    FILE *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &stat_of) != 0) {
        fprintf(stderr, "replay: %s cannot be opened\n", path);
        exit(1);
    }
    size_t size = (size_t)stat_of.st_size;
    uint8_t *data = malloc(size ? size : 1);
    if (!data || fread(data, 1, size, file) != size) {
        fprintf(stderr, "replay: %s cannot be read\n", path);
        exit(1);
    }
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 1;
}

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int replay_folder(const char *folder)
{
    struct dirent **entries;
    int found = scandir(folder, &entries, is_file, alphasort);
    for (int i = 0; i < found; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        printf("%s\n", path);
        fflush(stdout); /* the last line names the file that crashed it */
        replay_file(path);
        free(entries[i]);
    }
    if (found >= 0)
        free(entries);
    return found;
}

int main(int argc, char **argv)
{
    int replayed = 0;
    for (int i = 1; i < argc; i++) {
        int found = replay_folder(argv[i]);
        if (found <= 0) {
            fprintf(stderr, "replay: %s: no files\n", argv[i]);
            return 1;
        }
        replayed += found;
    }
    printf("%d files replayed\n", replayed);
    return replayed > 0 ? 0 : 1;
}
