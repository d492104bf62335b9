/* readers: the list of all readers. A new one is added here, in reader.h and in meson.build. */
#include "sensor/facts/reader.h"

const struct reader *const readers[] = {
    &reader_account,    &reader_shadow,     &reader_group,          &reader_gshadow,
    &reader_login_defs, &reader_os_release, &reader_package,        &reader_mount,
    &reader_fstab,      &reader_sysctl,     &reader_sysctl_running, &reader_pam,
    &reader_pwquality,  &reader_faillock,   &reader_sshd_config,    NULL,
};
