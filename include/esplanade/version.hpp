// The version of the toolkit, and nothing else: CMakeLists.txt reads it too.
#pragma once

/// Source-compatible within a minor version.
#define ESPLANADE_VERSION_MAJOR 0
#define ESPLANADE_VERSION_MINOR 1
#define ESPLANADE_VERSION_PATCH 0
