#!/usr/bin/env bash
# Records mixed.pcap: real programs talking over a veth pair between two network namespaces.
#
#   examples/captures/record.sh [--no-install] [OUT.pcap]
#
# Needs root. Installs the Debian packages it misses and says so (--no-install names them instead). All traffic stays
# inside the two namespaces, which are removed on exit together with every process in them. The capture is checked by
# tshark before it replaces OUT.pcap; written to the default place, it also refreshes the counts in README.md.
# Exit: 0 recorded, 1 failed, 2 usage, 77 could not run here.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$here/mixed.pcap
install=yes
for argument in "$@"; do
  case $argument in
    --no-install) install=no ;;
    -h | --help) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;;
    -*) echo "record.sh: unknown option $argument (see --help)" >&2; exit 2 ;;
    *.pcap) out=$argument ;;
    *) echo "record.sh: the output must be named *.pcap, not $argument" >&2; exit 2 ;;
  esac
done
[ -d "$(dirname "$out")" ] || { echo "record.sh: no such folder: $(dirname "$out")" >&2; exit 2; }
if [ "$(id -u)" -ne 0 ]; then
  echo "record.sh: network namespaces and tcpdump need root; run it with sudo" >&2
  exit 77
fi
PATH=/usr/sbin:/usr/bin:/sbin:/bin  # Debian's programs, also where others stand in front

# --- programs -----------------------------------------------------------------------------------------------------

packages=() ours=no
while read -r program package; do
  command -v "$program" >/dev/null || packages+=("$package")
done <<'END'
ip iproute2
sysctl procps
ethtool ethtool
tcpdump tcpdump
tshark tshark
ping iputils-ping
curl curl
python3 python3
dnsmasq dnsmasq-base
dig bind9-dnsutils
sshd openssh-server
ssh openssh-client
iperf3 iperf3
END
if [ ${#packages[@]} -gt 0 ]; then
  if [ $install = no ] || ! command -v apt-get >/dev/null; then
    echo "record.sh: missing: ${packages[*]}" >&2
    exit 77
  fi
  echo "installing ${packages[*]}"
  policy=/usr/sbin/policy-rc.d  # keeps the packages' services from starting: the servers here live in a namespace
  if [ ! -e $policy ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
    ours=yes
  fi
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"; } \
    >/dev/null || { echo "record.sh: apt-get could not install ${packages[*]}" >&2; exit 77; }
  if [ $ours = yes ]; then rm -f $policy; trap - EXIT; fi
fi

# --- the two namespaces, and leaving nothing behind -----------------------------------------------------------------

client=esplanade-client
server=esplanade-server
exec 9>/run/lock/esplanade-record
flock -n 9 || { echo "record.sh: another recording is running" >&2; exit 1; }
work=$(mktemp -d)

remove_namespaces() {
  local name
  for name in $client $server; do
    [ -e "/run/netns/$name" ] || continue
    # shellcheck disable=SC2046
    kill $(ip netns pids "$name") 2>/dev/null || true
    ip netns delete "$name"
  done
}
cleanup() {
  local status=$?
  trap - EXIT INT TERM HUP
  [ $status -eq 0 ] || [ ! -s "$work/log" ] || { echo "--- the programs' last words:"; tail -n 15 "$work/log"; } >&2
  remove_namespaces
  rm -rf "$work"
  exit $status
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

clean=(env -i PATH="$PATH" HOME="$work" LC_ALL=C)  # no proxy, locale or agent of the caller reaches the programs
at() {  # at NAMESPACE COMMAND…
  local name=$1
  shift
  ip netns exec "$name" "${clean[@]}" "$@"
}
stay() {  # stay NAMESPACE COMMAND… &: as `at`, and $! is the program itself; the lock ends with the script, not with it
  local name=$1
  shift
  exec ip netns exec "$name" "${clean[@]}" "$@" 9>&-
}
until_true() {  # until_true WHAT COMMAND…: waits up to 10 s
  local what=$1 deadline=$((SECONDS + 10))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || { echo "record.sh: $what did not happen within 10 s" >&2; exit 1; }
    sleep 0.1
  done
}
listens() { [ -n "$(at $server ss -Hln "$1" "sport = :$2")" ]; }
no_tentative_address() { [ -z "$(at "$1" ip -6 address show tentative)" ]; }

client_4=192.0.2.1 server_4=192.0.2.2 www_4=198.51.100.80
client_6=2001:db8:1::1 server_6=2001:db8:1::2 www_6=2001:db8:2::80

remove_namespaces  # of a recording that was killed
for name in $client $server; do
  ip netns add "$name" || { echo "record.sh: this machine lets nobody make a network namespace" >&2; exit 77; }
  at "$name" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
  at "$name" ip link set lo up
done
ip -n $client link add wire address 00:00:5e:00:53:01 mtu 1500 type veth \
  peer name wire address 00:00:5e:00:53:02 mtu 1500 netns $server
for name in $client $server; do
  # Frames are recorded as a cable would carry them: no super-segments, and checksums already filled in.
  at "$name" ethtool -K wire tso off gso off gro off sg off tx off rx off >/dev/null
  at "$name" ip link set wire up
done

# --- recording begins: a second of grace, so that the first frames are not lost -------------------------------------

raw=$work/raw.pcap
stay $server tcpdump -i wire -w "$raw" -s 0 -U --immediate-mode -B 16384 -Z root 2>"$work/tcpdump" &
tcpdump=$!
until_true "the start of tcpdump" grep -q 'listening on' "$work/tcpdump"
sleep 1.5

echo "addresses, IPv6 neighbour discovery and MLD"
for name in $client $server; do
  at "$name" sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0
done
at $client ip address add $client_4/24 dev wire
at $client ip address add $client_6/64 dev wire
at $server ip address add $server_4/24 dev wire
at $server ip address add $server_6/64 dev wire
at $server ip address add $www_4/32 dev lo
at $server ip address add $www_6/128 dev lo nodad
at $client ip route add 198.51.100.0/25 via $server_4
at $client ip route add 2001:db8:2::/64 via $server_6
until_true "duplicate address detection" no_tentative_address $client
until_true "duplicate address detection" no_tentative_address $server

# --- servers --------------------------------------------------------------------------------------------------------

mkdir "$work/www"
printf '<!doctype html><title>example</title><p>An example page.\n' >"$work/www/index.html"
for size in 1 100 1460 10000 60000 200000; do head -c $size /dev/urandom >"$work/www/$size"; done
printf 'id,octets\n' >"$work/www/table.csv"
seq -f '%g,1500' 1 2000 >>"$work/www/table.csv"
stay $server python3 -m http.server --protocol HTTP/1.1 --bind :: --directory "$work/www" 80 >>"$work/log" 2>&1 &

text=$(printf '%0250d' 0)
stay $server dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --user=root --no-resolv --no-hosts --log-facility=- \
  --interface=wire --bind-interfaces --edns-packet-max=4096 --local=/example.org/ --domain=example.org \
  --host-record=www.example.org,$www_4,$www_6 --cname=web.example.org,www.example.org \
  --mx-host=example.org,www.example.org,10 --srv-host=_http._tcp.example.org,www.example.org,80 \
  --txt-record=long.example.org,"$text","$text","$text","$text","$text","$text","$text","$text","$text" \
  >>"$work/log" 2>&1 &

ssh-keygen -q -t ed25519 -N '' -C host -f "$work/host_key"
ssh-keygen -q -t ed25519 -N '' -C user -f "$work/user_key"
cp "$work/user_key.pub" "$work/authorized_keys"
echo "$server_4,$server_6 $(cut -d' ' -f1,2 "$work/host_key.pub")" >"$work/known_hosts"
use_pam=no
if grep -q '^root:!' /etc/shadow; then use_pam=yes; fi  # without PAM sshd refuses even a key for a locked account
cat >"$work/sshd_config" <<END
HostKey $work/host_key
AuthorizedKeysFile $work/authorized_keys
PidFile none
StrictModes no
UsePAM $use_pam
UseDNS no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
KexAlgorithms curve25519-sha256
END
mkdir -p /run/sshd
stay $server /usr/sbin/sshd -D -e -f "$work/sshd_config" >>"$work/log" 2>&1 &

stay $server iperf3 --server >>"$work/log" 2>&1 &
stay $server python3 "$here/udp_talk.py" serve >>"$work/log" 2>&1 &
until_true "HTTP server" listens -t 80
until_true "DNS server" listens -u 53
until_true "SSH server" listens -t 22
until_true "iperf3 server" listens -t 5201
until_true "UDP echo server" listens -u 7

# --- clients --------------------------------------------------------------------------------------------------------

ping_once() { at $client ping -n -q -c 1 -W 2 "$@" >>"$work/log" 2>&1 || { echo "record.sh: ping $* failed" >&2; exit 1; }; }

echo "ping: sizes, IP fragments, options, DSCP and ECN, hop limits"
for size in 0 1 2 3 4 5 6 7 8 9 10 12 14 15 16 17 18 20 24 31 32 33 48 56 63 64 65 80 96 100 127 128 129 200 255 256 257 400 511 \
  512 513 700 900 1000 1023 1024 1025 1232 1240 1280 1300 1350 1380 1400 1410 1420 1430 1440 1448 1451 1452 1453 1460 1464 1468 \
  1470 1471 1472 1473 1474 1480 1500 2000 2048 2951 2952 2953 4000 8000; do
  ping_once -s $size $server_4
  ping_once -s $size $server_6
done
ping_once -s 65507 $server_4  # total length 65535, the most that IPv4 can say
ping_once -s 1000 -M 'do' $server_4
ping_once -s 1472 -M 'do' $server_4
ping_once -s 1000 -M dont $server_4
ping_once -R $server_4
ping_once -R -s 1000 $www_4
ping_once -R -s 3000 $server_4
ping_once -T tsonly $server_4
ping_once -T tsandaddr $server_4
ping_once -T tsonly -s 3000 $server_4
for octet in 0x01 0x02 0x03 0x28 0xb8 0xbb 0xff; do
  ping_once -Q $octet $server_4
  ping_once -Q $octet $server_6
done
for hops in 1 2 64 255; do
  ping_once -t $hops $server_4
  ping_once -t $hops $server_6
done
ping_once -F 0xabcde $server_6

forget_neighbours() { at $client ip neighbour flush dev wire; at $server ip neighbour flush dev wire; }  # so they ask again

forget_neighbours
echo "UDP: sizes, no checksum, IPv6 extension headers, multicast"
at $client python3 "$here/udp_talk.py" send $server_4 $server_6 wire >>"$work/log" 2>&1

forget_neighbours
echo "DNS: UDP and TCP, IPv4 and IPv6, an answer in IP fragments"
ask() { at $client dig +tries=1 +time=2 +noall +answer "$@" >>"$work/log"; }
for address in $server_4 $server_6; do
  for kind in A AAAA ANY; do ask @"$address" www.example.org $kind; done
  ask @"$address" web.example.org A
  ask @"$address" example.org MX
  ask @"$address" _http._tcp.example.org SRV
  ask @"$address" missing.example.org A
  ask @"$address" -x $www_4
  ask @"$address" +tcp www.example.org AAAA
  ask @"$address" +bufsize=4096 +ignore long.example.org TXT
  ask @"$address" +bufsize=512 long.example.org TXT  # truncated, so asked again over TCP
  ! ask @"$address" -p 54 www.example.org || exit 1  # nobody listens: ICMP says so
done

forget_neighbours
echo "HTTP: IPv4 and IPv6"
get() { at $client curl -q --silent --show-error --noproxy '*' --max-time 10 --output /dev/null "$@" >>"$work/log" 2>&1; }
for host in $www_4 "[$www_6]"; do
  to=(--resolve "www.example.org:80:$host")
  get "${to[@]}" http://www.example.org/
  get "${to[@]}" http://www.example.org/{1,100,1460,10000}
  get "${to[@]}" --head http://www.example.org/table.csv
  get "${to[@]}" http://www.example.org/table.csv
  get "${to[@]}" http://www.example.org/60000
  get "${to[@]}" http://www.example.org/missing
  get "${to[@]}" --request POST --data 'name=value' http://www.example.org/
  ! get "http://$host:81/" || exit 1  # nobody listens: a reset comes back
done

forget_neighbours
echo "SSH: IPv4 and IPv6"
over_ssh() {  # over_ssh ADDRESS COMMAND
  at $client ssh -F /dev/null -T -o BatchMode=yes -o IdentitiesOnly=yes -o IdentityFile="$work/user_key" \
    -o UserKnownHostsFile="$work/known_hosts" -o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes "root@$1" "$2" \
    >>"$work/received" 2>>"$work/log"
}
over_ssh $server_4 'for i in 1 2 3 4 5; do date; sleep 0.05; done'
over_ssh $server_4 "cat > $work/upload" <"$work/www/200000"  # bulk towards the server
over_ssh $server_6 "cat $work/www/table.csv"

echo "bulk TCP"
# Reversed, because iperf3 stops counting at the client: towards the server it would reset with data still on the way.
at $client iperf3 --client $server_4 --bytes 384K --length 16K --reverse >>"$work/log" 2>&1
at $client iperf3 --client $server_6 --bytes 256K --length 16K --reverse >>"$work/log" 2>&1

echo "VLAN: one tag and two"
tagged() {  # tagged DEVICE MTU HOST-PART TAG…: the same network on both sides of one VLAN
  local device=$1 mtu=$2 net_4=$3 net_6=$4 name host=1
  shift 4
  for name in $client $server; do
    stay "$name" python3 "$here/vlan_tap.py" "$device" wire "$@" >>"$work/log" 2>&1 &
    until_true "VLAN device $device" at "$name" ip link show "$device"
    at "$name" ip link set "$device" mtu "$mtu" address 00:00:5e:00:53:"${net_4##*.}"$host
    at "$name" ip link set "$device" up
    at "$name" ip address add "${net_4%.*}.$((${net_4##*.} * 16 + host))/28" dev "$device"
    at "$name" ip address add "$net_6$host/64" dev "$device" nodad
    host=2
  done
}
tagged vlan100 1500 198.51.100.8 2001:db8:100:: 8100:6064   # priority 3, VLAN 100; .129 and .130
tagged stacked 1492 198.51.100.9 2001:db8:200:: 88a8:00c8 8100:0064   # VLAN 100 inside service VLAN 200; .145 and .146
for address in 198.51.100.130 2001:db8:100::2 198.51.100.146 2001:db8:200::2; do
  for size in 0 56 1000 1472 3000; do ping_once -s $size $address; done
done
get http://198.51.100.130/table.csv
get "http://[2001:db8:200::2]/10000"

sleep 1.5
kill -TERM $tcpdump  # it closes the file and prints its counts
wait $tcpdump
grep -q '^0 packets dropped by kernel' "$work/tcpdump" || { echo "record.sh: tcpdump lost packets" >&2; cat "$work/tcpdump" >&2; exit 1; }

# --- what was recorded must be what was meant -----------------------------------------------------------------------

shark=(tshark -n -r "$raw" -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE)
count() { "${shark[@]}" -Y "$1" 2>/dev/null | wc -l; }
failures=0
none() { local n; n=$(count "$2"); [ "$n" -eq 0 ] || { echo "record.sh: $n packets: $1" >&2; failures=$((failures + 1)); }; }
some() { local n; n=$(count "$2"); [ "$n" -gt 0 ] || { echo "record.sh: no packet: $1" >&2; failures=$((failures + 1)); }; }
for protocol in ip tcp udp icmp icmpv6 igmp; do none "bad $protocol checksum" "$protocol.checksum.status == \"Bad\""; done
none "malformed" _ws.malformed
none "longer than a tagged Ethernet frame of MTU 1500" 'frame.len > 1518'
none "untagged and longer than an Ethernet frame of MTU 1500" 'frame.len > 1514 && !vlan && !ieee8021ad'
none "cut short" 'frame.cap_len < frame.len'
some ARP arp
some "IPv4 fragment" 'ip.flags.mf == 1 || ip.frag_offset > 0'
some "IPv6 fragment" ipv6.fraghdr
some "IPv4 record route" 'ip.opt.type.number == 7'
some "IPv4 timestamp" 'ip.opt.type.number == 4'
some IGMP igmp
some MLD 'ipv6.hopopts && icmpv6.type == 143'
some "neighbour discovery" 'icmpv6.type == 135 || icmpv6.type == 136'
some "IPv6 destination options" ipv6.dstopts
some "DNS over UDP" 'dns && udp'
some "DNS over TCP" 'dns && tcp'
some "ICMP port unreachable" 'icmp.type == 3 && icmp.code == 3'
some "HTTP over IPv4" 'http && ip'
some "HTTP over IPv6" 'http && ipv6'
some SSH ssh
some "bulk TCP over IPv4" 'ip && tcp.srcport == 5201 && tcp.seq > 380000'
some "bulk TCP over IPv6" 'ipv6 && tcp.srcport == 5201 && tcp.seq > 250000'
some "bulk TCP towards the server" 'tcp.dstport == 22 && tcp.seq > 200000'
some "IPv4 in a VLAN" 'vlan.id == 100 && ip'
some "two VLAN tags" ieee8021ad
size=$(stat -c %s "$raw")
[ "$size" -lt $((2 * 1024 * 1024)) ] || { echo "record.sh: $size octets, more than 2 MiB" >&2; failures=$((failures + 1)); }
[ $failures -eq 0 ] || exit 1

"${shark[@]}" -q -z io,phs 2>/dev/null | sed -e '/^=*$/d' -e 's/[[:space:]]*$//' >"$work/counts"
echo
cat "$work/counts"
cp "$raw" "$out.new"
mv "$out.new" "$out"
echo
echo "$out: $("${shark[@]}" 2>/dev/null | wc -l) packets, $size octets; checksums good, nothing malformed, nothing lost"
if [ "$out" = "$here/mixed.pcap" ] && [ -e "$here/README.md" ]; then
  # The first text block of README.md is this table.
  awk -v table="$work/counts" '
    /^```text$/ && !done { print; while ((getline line < table) > 0) print line; inside = done = 1; next }
    /^```$/ { inside = 0 }
    !inside' "$here/README.md" >"$work/README.md"
  cat "$work/README.md" >"$here/README.md"
fi
