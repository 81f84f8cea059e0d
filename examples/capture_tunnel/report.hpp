// What is printed: for people, and for programs.
#pragma once

#include "outcome.hpp"

namespace capture_tunnel {

void print_text(const options& asked, const choice& what, const outcome& result);
/// One JSON object on stdout and nothing else there.
void print_json(const options& asked, const choice& what, const outcome& result);

/// --list-profiles, in either form.
void print_profile_table();
void print_profile_json();

}  // namespace capture_tunnel
