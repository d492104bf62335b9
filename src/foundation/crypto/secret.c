/*
 * secret: memory for keys, whole pages of their own.
 *
 * mlock keeps them out of swap, MADV_DONTDUMP out of core dumps, MADV_WIPEONFORK out of children.
 * memfd_secret(2) would also hide them from the kernel's own mappings, but its pages are shared
 * with children and it is off by default before Linux 6.5; so it is not used.
 *
 * Where mlock is refused (RLIMIT_MEMLOCK) the secret is handed out all the same and
 * crypto_secrets_locked() says so from then on.
 */
#include "foundation/crypto/crypto.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct secret {
    void *bytes;
    size_t mapped;
};

static atomic_bool some_unlocked;

struct secret *secret_new(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t mapped = (size + page - 1) / page * page;
    void *bytes = mmap(NULL, mapped ? mapped : page, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED)
        panic("out of memory (%zu bytes for a secret)", size);
    mapped = mapped ? mapped : page;
    bool dumped = madvise(bytes, mapped, MADV_DONTDUMP) != 0;
    bool inherited = madvise(bytes, mapped, MADV_WIPEONFORK) != 0;
    if (mlock(bytes, mapped) != 0 || dumped || inherited)
        atomic_store(&some_unlocked, true);
    struct secret *secret = mem_new(sizeof *secret);
    *secret = (struct secret){bytes, mapped};
    return secret;
}

void *secret_bytes(const struct secret *secret)
{
    return secret->bytes;
}

void secret_free(struct secret *secret)
{
    if (!secret)
        return;
    explicit_bzero(secret->bytes, secret->mapped);
    munmap(secret->bytes, secret->mapped); /* unlocks too */
    mem_free(secret);
}

bool crypto_secrets_locked(const char **why)
{
    bool locked = !atomic_load(&some_unlocked);
    *why = locked ? ""
                  : "keys may reach the swap space or a core dump: this process may not lock "
                    "memory; raise LimitMEMLOCK (ulimit -l) or switch swap off";
    return locked;
}

void crypto_wipe(void *bytes, size_t size)
{
    explicit_bzero(bytes, size);
}

bool crypto_equal(const void *a, const void *b, size_t size)
{
    const volatile uint8_t *x = a, *y = b;
    uint8_t different = 0;
    for (size_t i = 0; i < size; i++)
        different |= (uint8_t)(x[i] ^ y[i]);
    return different == 0;
}
