// What every consumer of this folder builds: both umbrella headers, and the version it was promised.
#include <esplanade/esplanade.hpp>
#include <esplanade/offload.hpp>
#include <esplanade/version.hpp>

#include <cstdio>

int main() {
  std::printf("esplanade %d.%d.%d\n", ESPLANADE_VERSION_MAJOR, ESPLANADE_VERSION_MINOR, ESPLANADE_VERSION_PATCH);
}
