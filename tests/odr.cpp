// Includes everything once more and is compiled with the opposite of the tests' NDEBUG. Linked into every test program, it
// finds what lacks `inline`; linked with -flto -Wodr (odr.py), it finds what means two things in one program.
#include "everything.hpp"
