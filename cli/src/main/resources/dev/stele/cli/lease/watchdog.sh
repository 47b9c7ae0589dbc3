# SPDX-License-Identifier: Apache-2.0
# Runs a command in a process group of its own, and ends the whole group when the lease that it runs under is over: at a
# deadline, or at once when whoever holds the lease is gone. Runs in a session of its own, so that what stops the holder
# does not stop this.
#
#   watchdog FIFO TERM_MS GRACE_MS COMMAND...
#
# The holder keeps FIFO open and writes lines to it:
#   until MS   held until the boot clock (/proc/uptime) shows so many milliseconds
#   end        ask the command to end, and end it after GRACE_MS
# Deadlines are moments and not durations: a line may lie in the pipe while everybody is stopped, and must not promise
# more when it is read than when it was written. The group gets SIGTERM at TERM_MS before the deadline, SIGKILL at it. The
# exit code is the command's. FIFO.overdue is there when the deadline ended it; FIFO.pid holds the group's number as long as
# this has not seen to its end.
set -u
fifo=$1 term_ms=$2 grace_ms=$3
shift 3
# For writing too at first: no open waits for the other side then. Later only the holder writes, and its death is the end.
exec 8<>"$fifo"
exec 9<"$fifo"
exec 8>&-
# Handled, not ignored: what is ignored would be ignored by the command too.
trap : INT TERM HUP QUIT

now() {
  local up rest
  read -r up rest </proc/uptime
  now=$((10#${up/./} * 10))
}
group() { kill -s "$1" -- "-$child"; }

read -r word deadline <&9 || exit 125
[[ $word == until ]] || exit 125

set -m
"$@" 9<&- &
child=$!
set +m
# The shell's own words about what it kills are for nobody.
exec 2>/dev/null
echo "$child" >"$fifo.pid"
told=0 end_at=0
while kill -0 "$child"; do
  now
  if ((now >= deadline)); then
    group KILL
    : >"$fifo.overdue"
    break
  fi
  if ((end_at > 0 && now >= end_at)); then
    group KILL
    break
  fi
  if ((!told && now >= deadline - term_ms)); then
    group TERM
    group CONT
    told=1
  fi
  # The deadline again, or a look whether the command has ended.
  left=$((deadline - now))
  printf -v seconds '0.%03d' $((left < 50 ? left : 50))
  if read -r -t "$seconds" word value <&9; then
    case $word in
      until) ((value <= deadline)) || deadline=$value ;;
      end)
        group TERM
        group CONT
        now
        end_at=$((now + grace_ms))
        told=1
        ;;
    esac
  elif (($? <= 128)); then
    # Nobody writes any more: the holder is dead, and cleans nothing up.
    group KILL
    rm -f "$fifo" "$fifo.pid"
    rmdir "$(dirname "$fifo")"
    break
  fi
done
wait "$child"
code=$?
# What the command left behind in its group.
group KILL
[[ ! -e $fifo.pid ]] || : >"$fifo.pid"
exit "$code"
