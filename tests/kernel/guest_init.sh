#!/bin/busybox sh
# The first and only program of the guest: loads modules, then carries out what comes over the control port, until the
# machine is switched off. A command is a line, a script in base64; its answer ends with a line `== STATUS`.
/bin/busybox mkdir -p /proc /sys /dev /tmp /run /etc /usr/bin /usr/sbin
/bin/busybox --install -s /usr/bin
export PATH=/usr/local/sbin:/usr/bin HOME=/tmp
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
while read -r module; do
  insmod "/modules/$module" || echo "not loaded: $module"
done </modules/order

for _ in 1 2 3 4 5 6 7 8 9 10; do
  port=$(echo /dev/vport*p1)
  [ -e "$port" ] && break
  sleep 0.1
done
exec 3<>"$port"
printf 'up\n== 0\n' >&3
while read -r command <&3; do
  echo "$command" | base64 -d >/tmp/command
  sh /tmp/command >/tmp/said 2>&1 </dev/null
  status=$?
  { cat /tmp/said; printf '\n== %d\n' $status; } >&3
done
poweroff -f
