/*
 * bench_run TIMES PROGRAM ARGUMENT...: runs a program so many times after one warm-up, its output
 * thrown away, and prints the median of its wall time in milliseconds and its largest peak memory
 * in KiB, as the kernel accounted it: two numbers for a script.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIMES_MAX 1000

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double run_once(char **argv, long *peak)
{
    double start = now_ms();
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 1);
        dup2(null, 2);
        execvp(argv[0], argv);
        _exit(127);
    }
    struct rusage usage;
    int status;
    if (child < 0 || wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) ||
        WEXITSTATUS(status) == 127) {
        fprintf(stderr, "bench_run: %s cannot be run\n", argv[0]);
        exit(1);
    }
    if (usage.ru_maxrss > *peak)
        *peak = usage.ru_maxrss;
    return now_ms() - start;
}

int main(int argc, char **argv)
{
    int times = argc > 2 ? atoi(argv[1]) : 0;
    if (times < 1 || times > TIMES_MAX) {
        fprintf(stderr, "usage: bench_run TIMES PROGRAM ARGUMENT...\n");
        return 2;
    }
    static double wall[TIMES_MAX];
    long peak = 0;
    run_once(argv + 2, &peak);
    peak = 0;
    for (int i = 0; i < times; i++)
        wall[i] = run_once(argv + 2, &peak);
    qsort(wall, (size_t)times, sizeof *wall, by_size);
    printf("%.2f %ld\n", wall[times / 2], peak);
    return 0;
}
