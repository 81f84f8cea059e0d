// The macros that system headers define: our headers must not trip over them. Where the system's own definition does no
// harm by itself, it is replaced by text that does not compile, so that a use of the name is found.
// `system_includes.hpp` holds what our headers include of others, so that only ours meet the macros; `everything.hpp`
// includes all of ours. Both are written by check.py.
#include "system_includes.hpp"

#define HOSTILE ]]a macro of some system header has this name[[

// <windows.h> and what comes with it
#undef min
#undef max
#define min(a, b) HOSTILE
#define max(a, b) HOSTILE
#define IN HOSTILE
#define OUT HOSTILE
#define OPTIONAL HOSTILE
#define CONST HOSTILE
#define VOID HOSTILE
#define TRUE HOSTILE
#define FALSE HOSTILE
#define ERROR HOSTILE
#define NO_ERROR HOSTILE
#define DELETE HOSTILE
#define PASSTHROUGH HOSTILE
#define TRANSPARENT HOSTILE
#define interface HOSTILE
#define small HOSTILE
#define near HOSTILE
#define far HOSTILE

// <sys/sysmacros.h>, what -std=gnu++20 predefines, and what kernel-minded code brings
#undef major
#undef minor
#undef makedev
#undef linux
#undef unix
#define major(device) HOSTILE
#define minor(device) HOSTILE
#define makedev(a, b) HOSTILE
#define linux HOSTILE
#define unix HOSTILE
#define likely(condition) HOSTILE
#define unlikely(condition) HOSTILE
#define container_of(pointer, type, member) HOSTILE

// Renamed consistently by <fcntl.h> with large files and by socket wrappers; <AssertMacros.h>
#define open open64
#define close closesocket

// <arpa/inet.h> and <endian.h>, where they are macros
#undef htons
#undef htonl
#undef ntohs
#undef ntohl
#undef htobe64
#undef be64toh
#undef LITTLE_ENDIAN
#undef BIG_ENDIAN
#define htons(x) HOSTILE
#define htonl(x) HOSTILE
#define ntohs(x) HOSTILE
#define ntohl(x) HOSTILE
#define htobe64(x) HOSTILE
#define be64toh(x) HOSTILE
#define LITTLE_ENDIAN HOSTILE
#define BIG_ENDIAN HOSTILE

#include "everything.hpp"
