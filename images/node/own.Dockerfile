# A node with Samba from packages of the user's own: a folder of .deb files (packages/), an apt source, or just one version
# of what Debian has (in setup/).
# The builder adds setup/ (apt sources, their pins, dpkg options) and rootfs/ to the context.
ARG BASE
FROM ${BASE}
# First, so that the layers of a build that was cut off carry it too, and `plugfest images prune` finds them.
LABEL plugfest.image=node
ARG SAMBA
ARG TARGET
ENV DEBIAN_FRONTEND=noninteractive
RUN rm -rf /etc/apt/sources.list /etc/apt/sources.list.d
COPY setup/ /
COPY packages/ /plugfest-packages/
# The index that makes an apt source of a folder.
RUN set -eu; cd /plugfest-packages; \
    for deb in ./*.deb; do \
        [ -e "$deb" ] || continue; \
        dpkg-deb -f "$deb"; \
        printf 'Filename: %s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d ' ' -f 1)"; \
    done > Packages; \
    apt-get update --error-on=any; \
    samba=$(apt-cache policy samba | awk '$1 == "Candidate:" { print $2 }'); \
    case "${samba#[0-9]:}" in \
        "${SAMBA}"|"${SAMBA}"[.+~-]*) ;; \
        *) echo "plugfest-no-samba ${SAMBA}: the packages are ${samba}"; apt-cache madison samba; exit 1;; \
    esac; \
    apt-get install -y --no-install-recommends --allow-downgrades -t "${TARGET}" \
        "samba=$samba" "ctdb=$samba" "smbclient=$samba" "samba-vfs-modules=$samba" "python3-samba=$samba" \
        python3-cryptography tini tcpdump iproute2 ethtool iptables procps psmisc tdb-tools attr; \
    rm -rf /plugfest-packages /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log
COPY rootfs/ /
RUN dpkg-query -W -f 'plugfest-version ${Package} ${Version}\n' \
    samba ctdb smbclient python3-samba python3-cryptography tcpdump libc6
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["/usr/local/sbin/plugfest-node"]
