# PkgConfig::esplanade_botan: Botan 3 when it is installed, else Botan 2; not defined when neither is. Both ship a .pc
# file; a CMake package only some builds do. The target has our prefix, so that it meets no other project's.
if(NOT TARGET PkgConfig::esplanade_botan)
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_search_module(esplanade_botan QUIET IMPORTED_TARGET GLOBAL botan-3 botan-2)
  endif()
endif()
