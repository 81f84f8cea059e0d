// The least type that models each concept: what generic code may use of its arguments, and no more. Code that compiles
// with an archetype asks for nothing that the concept does not promise.
//
// One struct per concept, named after it. Each does something sound, so that laws can be asked of it.
#pragma once

#include <esplanade/testing/base_archetypes.hpp>
#include <esplanade/testing/packet_archetypes.hpp>
#include <esplanade/testing/sa_archetypes.hpp>
#include <esplanade/testing/stage_archetypes.hpp>
