/*
 * file_sink: a journal's sink in a file, durable and simple: "LENGTH\n" and the leaf, one after the
 * other. What a crash left half-written at the end is cut off when it is opened. For tests that
 * crash; the real one is the ledger.
 */
#ifndef MERLON_TEST_FILE_SINK_H
#define MERLON_TEST_FILE_SINK_H

#include "record/journal/journal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_SINK_MAX 200000

struct file_sink {
    int fd;
    long size;                  /* bytes */
    long starts[FILE_SINK_MAX]; /* of each leaf, without its length */
    size_t lengths[FILE_SINK_MAX];
    uint64_t count;
    char leaf[256];
    volatile long *synced; /* told here, for another process: bytes that are durable */
};

__attribute__((unused)) static void file_sink_open(struct file_sink *sink, const char *path)
{
    static char bytes[16 << 20];
    sink->count = 0;
    sink->fd = open(path, O_RDWR | O_CREAT, 0600);
    long end = pread(sink->fd, bytes, sizeof bytes - 1, 0), at = 0;
    bytes[end > 0 ? end : 0] = 0;
    while (at < end) {
        char *rest;
        long length = strtol(bytes + at, &rest, 10), start = rest - bytes + 1;
        if (*rest != '\n' || start + length > end)
            break;
        sink->starts[sink->count] = start;
        sink->lengths[sink->count++] = (size_t)length;
        at = start + length;
    }
    sink->size = at;
    if (ftruncate(sink->fd, at) != 0)
        abort();
}

__attribute__((unused)) static struct rc file_sink_append(void *context, const struct view *leaves,
                                                          size_t count, uint64_t *first)
{
    struct file_sink *sink = context;
    struct buf bytes CLEANUP(buf_free) = {0};
    *first = sink->count;
    for (size_t i = 0; i < count; i++) {
        buf_printf(&bytes, "%zu\n", leaves[i].len);
        sink->starts[sink->count] = sink->size + (long)bytes.len;
        sink->lengths[sink->count++] = leaves[i].len;
        buf_add_view(&bytes, leaves[i]);
    }
    if (pwrite(sink->fd, bytes.ptr, bytes.len, sink->size) != (ssize_t)bytes.len ||
        fdatasync(sink->fd) != 0) {
        sink->count = *first;
        return fault(FAULT_IO, "the sink's file cannot be written");
    }
    sink->size += (long)bytes.len;
    if (sink->synced)
        *sink->synced = sink->size;
    return RC_OK;
}

__attribute__((unused)) static struct rc file_sink_size(void *context, uint64_t *out)
{
    *out = ((struct file_sink *)context)->count;
    return RC_OK;
}

__attribute__((unused)) static struct rc file_sink_read(void *context, uint64_t index,
                                                        struct view *leaf)
{
    struct file_sink *sink = context;
    size_t length = sink->lengths[index] < sizeof sink->leaf ? sink->lengths[index] : 0;
    if (pread(sink->fd, sink->leaf, length, sink->starts[index]) != (ssize_t)length)
        return fault(FAULT_IO, "the sink's file cannot be read");
    *leaf = (struct view){sink->leaf, length};
    return RC_OK;
}

__attribute__((unused)) static void file_sink_close(struct file_sink *sink)
{
    close(sink->fd);
}

#endif
