/* boot: what the files of the boot reader share. Private to the room. */
#ifndef MERLON_FACTS_BOOT_H
#define MERLON_FACTS_BOOT_H

#include "sensor/facts/reader.h"

source_reduce boot_reduce; /* boot_secret.c */

#endif
