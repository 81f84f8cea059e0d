// ESP and IKE in a TCP stream (RFC 9329): the prefix, the 16-bit lengths, and a reader over whatever pieces arrive.
#pragma once

#include <esplanade/net/udp.hpp>

namespace esplanade {
inline namespace v0 {

//   | I K E T C P | length | message | length | message | …        the prefix once, by who opened the connection; a length counts itself

inline constexpr octet tcp_stream_prefix[6] = {0x49, 0x4b, 0x45, 0x54, 0x43, 0x50};
inline constexpr std::size_t tcp_length_octets = 2;
inline constexpr std::size_t tcp_message_max = 65533;  ///< octets; what the length field leaves

/// Writes the two octets in front of a message of this size; false when no length says it.
[[nodiscard]] inline bool write_tcp_length(octet* at, std::size_t message) noexcept {
  if (message == 0 || message > tcp_message_max) return false;
  store_be16(at, static_cast<std::uint16_t>(message + tcp_length_octets));
  return true;
}

/// What a reader has come to.
enum class tcp_event : std::uint8_t {
  hungry,    ///< all that was given is taken; the next message is not whole yet
  message,   ///< one message, and what it is
  too_long,  ///< a message that the reader's memory does not hold went by
  broken,    ///< no prefix, or a length of 0 or 1: the connection must be closed (RFC 9329 3.1, 4); said again for ever
};

/// Cuts a stream into messages.
///   Shape    next(stream)   takes octets from the front of `stream`, at most one message; call it until it is hungry
///   Units    `memory` bounds the messages that arrive in pieces: what protects an effective MTU of its size is not cut off
///   Cost     a message that lies whole in `stream` is not copied; what lies in several pieces is copied once
///   Errors   see tcp_event. Empty messages are passed over (RFC 9329 3)
///   Threads  one for each connection
class tcp_reader {
 public:
  /// `expects_prefix`: the other end opened the connection.
  tcp_reader(octets memory, bool expects_prefix) noexcept : memory_(memory), prefix_left_(expects_prefix ? sizeof tcp_stream_prefix : 0) {}

  struct found {
    tcp_event event = tcp_event::hungry;
    udp_content content = udp_content::runt;  ///< told apart as in UDP; a keep-alive is to be ignored (RFC 9329 6.6)
    const_octets message{};                   ///< in `stream` or in the memory: valid until the next call
  };

  [[nodiscard]] found next(const_octets& stream) noexcept {
    for (; prefix_left_ != 0 && !broken_; --prefix_left_) {
      if (stream.empty()) return {};
      if (take(stream) != tcp_stream_prefix[sizeof tcp_stream_prefix - prefix_left_]) broken_ = true;
    }
    while (!broken_) {
      if (length_octets_ < tcp_length_octets) {
        if (stream.empty()) return {};
        length_ = static_cast<std::uint16_t>(length_ << 8 | take(stream));
        if (++length_octets_ < tcp_length_octets) continue;
        if (length_ < tcp_length_octets) break;
        left_ = length_ - tcp_length_octets;
        if (left_ == 0) begin();
        continue;
      }
      const std::size_t size = left_ < stream.size() ? left_ : stream.size();
      const const_octets piece = stream.first(size);
      stream = stream.subspan(size);
      left_ -= size;
      const std::size_t whole = length_ - tcp_length_octets;
      if (size == whole) {  // not a single octet of it was here before
        begin();
        return {tcp_event::message, udp_content_of(piece), piece};
      }
      if (whole <= memory_.size() && size != 0) std::memcpy(memory_.data() + held_, piece.data(), size);
      held_ += size;
      if (left_ != 0) return {};
      begin();
      if (whole > memory_.size()) return {.event = tcp_event::too_long};
      const const_octets message = const_octets(memory_).first(whole);
      return {tcp_event::message, udp_content_of(message), message};
    }
    broken_ = true;
    return {.event = tcp_event::broken};
  }

 private:
  static octet take(const_octets& stream) noexcept {
    const octet first = stream.front();
    stream = stream.subspan(1);
    return first;
  }
  void begin() noexcept {
    length_octets_ = 0;
    length_ = 0;
    held_ = 0;
  }

  octets memory_;
  std::size_t prefix_left_;
  std::size_t left_ = 0;  // of the message, still to come
  std::size_t held_ = 0;  // of it, come already
  std::uint16_t length_ = 0;
  std::uint8_t length_octets_ = 0;
  bool broken_ = false;
};

}  // namespace v0
}  // namespace esplanade
