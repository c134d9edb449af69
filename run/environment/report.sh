# shellcheck shell=bash
# Sourced by run/env: what it tells the user. Everything goes to stderr: stdout is the command's.

say() { echo "hebbfilm: $*" >&2; }

die() {
    say "$*"
    exit 1
}

# reason LOG: the likely cause of a failed set-up step, in a few words.
reason() {
    if grep -qi 'no space left\|disk quota exceeded' "$1"; then
        echo "the disk is full"
    elif grep -qi 'could not resolve\|failure resolving\|name resolution\|could not connect\|cannot initiate the connection\|network is unreachable\|connection failed\|connection timed out\|unable to connect\|NewConnectionError\|Connection refused' "$1"; then
        echo "the network cannot be reached"
    else
        # The last line that calls itself an error says more than the last line.
        grep -i '^E:\|error' "$1" | tail -n 1 | cut -c 1-200 | grep . ||
            tail -n 1 "$1" | cut -c 1-200 | grep . || echo "for an unknown reason"
    fi
}

# failed STEP LOG: ends a set-up whose log shows why.
failed() {
    local why advice="mend that and start again"
    why=$(reason "$2")
    case $why in
        *"disk is full") advice="free 4 GB there, or set XDG_CACHE_HOME to a roomier folder, and start again" ;;
        *"network cannot"*) advice="connect and start again" ;;
    esac
    die "$1 failed: $why; $advice (log: $2)"
}
