// expect: deleted
#include <esplanade/esplanade.hpp>

using namespace esplanade;

#ifdef GOOD
std::uint64_t number(sequence_lease lease) { sequence_lease mine = std::move(lease); return mine.consume(); }
#else
std::uint64_t number(sequence_lease lease) { sequence_lease mine = lease; return mine.consume(); }
#endif
