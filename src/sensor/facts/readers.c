/* readers: the list of all readers. A new one is added here, in reader.h and in meson.build. */
#include "sensor/facts/reader.h"

/* One a line, so that two new ones never meet in one. */
/* clang-format off */
const struct reader *const readers[] = {
    &reader_account,
    &reader_machine,
    &reader_shadow,
    &reader_group,
    &reader_gshadow,
    &reader_login_defs,
    &reader_os_release,
    &reader_package,
    &reader_mount,
    &reader_fstab,
    &reader_sysctl,
    &reader_sysctl_running,
    &reader_pam,
    &reader_pwquality,
    &reader_faillock,
    &reader_sshd_config,
    &reader_journald,
    &reader_modprobe,
    &reader_module_loaded,
    &reader_unit,
    &reader_sudoers,
    &reader_cron,
    &reader_cron_access,
    &reader_banner,
    &reader_selinux,
    &reader_shell_setting,
    &reader_boot,
    &reader_rsyslog,
    &reader_time_source,
    &reader_login_shell,
    &reader_postgresql,
    &reader_mysql,
    &reader_nginx,
    &reader_certificate,
    NULL,
};
/* clang-format on */
