# A node with a Samba that was built from its source: images/samba/Dockerfile made the image that it is taken from.
# The builder adds setup/ (apt sources, dpkg options) and rootfs/ to the context.
ARG BASE
ARG SAMBA_BUILD
FROM ${SAMBA_BUILD} AS samba
FROM ${BASE}
# First, so that the layers of a build that was cut off carry it too, and `plugfest images prune` finds them.
LABEL plugfest.image=node
ARG SAMBA
ENV DEBIAN_FRONTEND=noninteractive
RUN rm -rf /etc/apt/sources.list /etc/apt/sources.list.d
COPY setup/ /
COPY --from=samba /installed/ /
RUN set -eu; \
    apt-get update --error-on=any; \
    apt-get install -y --no-install-recommends $(cat /usr/share/plugfest/samba-needs) python3 sudo \
        python3-cryptography tini tcpdump iproute2 ethtool iptables procps psmisc tdb-tools attr; \
    rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log
COPY rootfs/ /
RUN set -eu; \
    mkdir -p /var/lib/samba/private /var/cache/samba /var/log/samba /var/log/ctdb /var/lib/ctdb/scripts /etc/samba; \
    for script in 00.ctdb 10.interface 95.database; do \
        ln -s "/usr/share/ctdb/events/legacy/$script.script" /etc/ctdb/events/legacy/; \
    done; \
    version=$(smbd --version | sed 's/^Version //'); \
    case "$version" in \
        "${SAMBA}"|"${SAMBA}"[.+~-]*|"${SAMBA}"pre*|"${SAMBA}"rc*) ;; \
        *) echo "plugfest-no-samba ${SAMBA}: the source is ${version}"; exit 1;; \
    esac; \
    echo "plugfest-version samba $version"; echo "plugfest-version ctdb $(ctdbd --version | awk '{ print $NF }')"; \
    dpkg-query -W -f 'plugfest-version ${Package} ${Version}\n' python3-cryptography tcpdump libc6
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["/usr/local/sbin/plugfest-node"]
