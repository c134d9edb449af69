# shellcheck shell=bash
# Sourced by run/env: a Debian 13 root file system in the cache folder, made with mmdebstrap, and
# the way into it, made with bwrap.

package_list() { sed 's/#.*//; /^[[:space:]]*$/d' "$here/packages-debian.txt"; }

# Tools of the host: installed by root, named to anybody else.
need_tools() {
    local missing=() pair
    for pair in mmdebstrap:mmdebstrap bwrap:bubblewrap flock:util-linux nsenter:util-linux "$@"; do
        command -v "${pair%:*}" >/dev/null || missing+=("${pair#*:}")
    done
    [ ${#missing[@]} -eq 0 ] && return
    command -v apt-get >/dev/null ||
        die "needs ${missing[*]} (or a Python with dolfinx, gmsh and petsc4py: environment.yml)"
    [ "$(id -u)" -eq 0 ] ||
        die "needs ${missing[*]}: ask an administrator to type 'apt-get install ${missing[*]}'"
    say "installing ${missing[*]} with apt-get"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        debian-archive-keyring "${missing[@]}"; } >"$log" 2>&1 </dev/null ||
        failed "installing ${missing[*]}" "$log"
}

# Root makes the tree as it is; a user needs a range of user numbers for it.
check_user_range() {
    local user
    user=$(id -un)
    [ "$(cat /etc/subuid /etc/subgid 2>/dev/null | grep -c "^\($user\|$(id -u)\):")" -ge 2 ] ||
        die "$user has no range in /etc/subuid and /etc/subgid: ask an administrator to type" \
            "'usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $user'"
}

# check_space MB: better said now than after minutes.
check_space() {
    local free
    free=$(($(df -Pk "$cache" | awk 'NR == 2 {print $4}') / 1024))
    [ "$free" -ge "$1" ] ||
        die "$cache has $free MB free and the environment needs $1 more: free some, or set" \
            "XDG_CACHE_HOME to a roomier folder, and start again"
}

run_mmdebstrap() {
    local options=(--variant=apt --include="$(package_list | paste -sd,)" --dpkgopt=force-unsafe-io) path
    # Ends with this shell, and holds the lock until then.
    local mmdebstrap=(setpriv --pdeathsig TERM mmdebstrap)
    # Documentation, translations and static libraries that nobody links with: 0.5 GB.
    for path in /usr/share/{doc,man,info,locale,javascript}'/*' '/usr/lib/*-linux-gnu/lib*.a'; do
        options+=(--dpkgopt="path-exclude=$path")
    done
    for path in c_nonshared pthread dl rt util m; do
        options+=(--dpkgopt="path-include=/usr/lib/*-linux-gnu/lib$path.a")
    done
    if [ "$(id -u)" -eq 0 ]; then
        "${mmdebstrap[@]}" "${options[@]}" trixie "$1"
    else
        # Made under other user numbers, then unpacked under this one, so that it can be removed again.
        mkdir "$1" &&
            TMPDIR=${TMPDIR:-/var/tmp} "${mmdebstrap[@]}" --mode=unshare "${options[@]}" --format=tar trixie - |
            tar -x --no-same-owner --exclude='./dev/*' -C "$1"
    fi
}

# own_user_namespace: the option of bwrap for a root that may not mount, as in most containers.
own_user_namespace() {
    local capabilities sys_admin=21
    capabilities=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
    [ "$(id -u)" -ne 0 ] || (((16#$capabilities >> sys_admin) & 1)) || echo --unshare-user
}

# check_bwrap: before minutes are spent on what could not be entered.
check_bwrap() {
    local message
    # shellcheck disable=SC2046
    message=$(bwrap $(own_user_namespace) --bind / / true 2>&1) ||
        die "this machine lets nobody enter Debian 13 (${message:-bwrap failed}): use the Containerfile," \
            "or a Python with dolfinx, gmsh and petsc4py (environment.yml)"
}

# make_debian FOLDER: built beside and renamed, so that FOLDER is whole or not there.
make_debian() {
    local part=$1.part start=$SECONDS
    if [ "$(id -u)" -eq 0 ]; then
        need_tools
    else
        need_tools newuidmap:uidmap
        check_user_range
    fi
    check_bwrap
    say "making a Debian 13 environment in $cache (once, about 2 minutes)"
    rm -rf --one-file-system "$part"
    run_mmdebstrap "$part" >"$log" 2>&1 </dev/null || {
        rm -rf --one-file-system "$part"
        failed "making the Debian 13 environment" "$log"
    }
    mv "$part" "$1"
    say "made the Debian 13 environment in $((SECONDS - start)) s"
}

# The environment's PATH may be in force already when the way in is made.
host_path=$PATH
host_tool() { PATH=$host_path command -v "$1"; }

# bind_host: fills the array view with every folder of the host that is not part of a system.
bind_host() {
    local path
    for path in /*; do
        case $path in
            /bin | /boot | /dev | /etc | /lib* | /lost+found | /proc | /run | /sbin | /sys | /usr | /var) ;;
            *) if [ -L "$path" ]; then
                   view+=(--symlink "$(readlink "$path")" "$path")
               elif [ -d "$path" ]; then
                   view+=(--bind "$path" "$path")
               fi ;;
        esac
    done
    # Whoever works below /var or /usr/local finds that folder too, but never the host's own system.
    case $PWD in
        /var/* | /usr/local/* | /usr/src/*) view+=(--bind "$PWD" "$PWD") ;;
    esac
    for path in /var/tmp /var/home /run/user /run/media "$root" "$cache" "$HOME"; do
        # The home of some users without a name.
        [ "$path" = / ] || view+=(--bind-try "$path" "$path")
    done
    view+=(--dev-bind /dev /dev --proc /proc --ro-bind /sys /sys)
    for path in /etc/{resolv.conf,hosts,passwd,group,pip.conf} \
        "${PIP_CERT-}" "${SSL_CERT_FILE-}" "${REQUESTS_CA_BUNDLE-}" /etc/ssl/certs/ca-certificates.crt; do
        [ ! -f "$path" ] || view+=(--ro-bind "$(readlink -f "$path")" "$path")
    done
}

# enter_debian FOLDER COMMAND …: this very process becomes COMMAND inside FOLDER. bwrap would stay in
# between and keep signals from COMMAND; so it only lays out the view, which is then joined by nsenter.
enter_debian() {
    local view pid hold mount user join=()
    # shellcheck disable=SC2207
    view=($(own_user_namespace) --bind "$1" /)
    shift
    bind_host
    coproc box { exec "$(host_tool bwrap)" "${view[@]}" /bin/sh -c 'echo $$; exec cat' 2>&1; }
    read -r pid <&"${box[0]}" || pid=''
    [ -d "/proc/${pid:-none}" ] ||
        die "cannot enter $debian (${pid:-bwrap failed})"
    # Numbers from 10 on: a shell that completes a line has 8 and 9 open.
    exec {mount}<"/proc/$pid/ns/mnt" {user}<"/proc/$pid/ns/user"
    if [ "$(readlink "/proc/$pid/ns/user")" != "$(readlink /proc/self/ns/user)" ]; then
        join=(--user="/proc/self/fd/$user" --preserve-credentials)
    fi
    # The open files keep the view in being; bwrap is no longer needed.
    hold=${box[1]}
    exec {hold}>&-
    wait "$!"
    # shellcheck disable=SC2016
    exec "$(host_tool nsenter)" --mount="/proc/self/fd/$mount" "${join[@]}" /bin/bash -c \
        'mount=$1 user=$2
        exec {mount}<&- {user}<&-
        cd "$3" 2>/dev/null || { echo "hebbfilm: start from another folder: $3 is of the host alone" >&2; exit 1; }
        shift 3; exec "$@"' hebbfilm "$mount" "$user" "$PWD" "$@"
}
