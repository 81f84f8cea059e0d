#include <doctest/doctest.h>

#include <esplanade/capability/alias.hpp>

using namespace esplanade;

namespace alias_test {
struct nothing {};  // the default, which models no concept
struct large {
  int octets[4];
};
struct little {};
struct size_alias {
  using by_default = nothing;
  template <class P> using named = typename P::size;
  template <class T> static constexpr bool suits = sizeof(T) >= 16;
};
struct silent {};
struct fitting {
  using size = large;
};
struct unfit {
  using size = little;
};
struct off_by_name {
  using size = nothing;
};
}  // namespace alias_test
using namespace alias_test;

TEST_CASE("alias: an absent one means the default, a suitable one itself, and an unsuitable one the default too") {
  static_assert(std::is_same_v<detail::meant<size_alias, silent>, nothing> && std::is_same_v<detail::meant<size_alias, fitting>, large>);
  static_assert(std::is_same_v<detail::meant<size_alias, unfit>, nothing>);
}

TEST_CASE("alias: only what was named and does not suit is unsuitable; the default always suits") {
  static_assert(detail::Suitable<size_alias, silent> && detail::Suitable<size_alias, fitting> && detail::Suitable<size_alias, off_by_name>);
  static_assert(!detail::Suitable<size_alias, unfit>);
}
