# esplanade_libraries::ipsec_mb: intel-ipsec-mb, which ships neither a CMake package nor a .pc file everywhere; not defined
# when it is not there. The target has our prefix, so that it meets no other project's.
if(NOT TARGET esplanade_libraries::ipsec_mb)
  find_path(esplanade_ipsec_mb_INCLUDE_DIR intel-ipsec-mb.h)
  find_library(esplanade_ipsec_mb_LIBRARY IPSec_MB)
  mark_as_advanced(esplanade_ipsec_mb_INCLUDE_DIR esplanade_ipsec_mb_LIBRARY)
  if(esplanade_ipsec_mb_INCLUDE_DIR AND esplanade_ipsec_mb_LIBRARY)
    add_library(esplanade_libraries::ipsec_mb UNKNOWN IMPORTED GLOBAL)
    set_target_properties(esplanade_libraries::ipsec_mb PROPERTIES
      IMPORTED_LOCATION "${esplanade_ipsec_mb_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${esplanade_ipsec_mb_INCLUDE_DIR}")
  endif()
endif()
