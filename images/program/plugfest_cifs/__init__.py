r"""Copies by the Linux kernel's own SMB client, and what that kernel shows of it.

    python3 -m plugfest_cifs        as root, in a machine whose kernel has cifs

Job, leash, commands, exit codes and most events are those of plugfest_smb3, whose docstring is the contract; its verbs
here are "put" and "get". One field is added to the job:

    options           of the mount, in the words of mount.cifs(8); account and address are added to them

What is mounted is the job's `share` at the first of its `addresses`: the kernel knows no other, until a witness names it one. Files are opened with
O_DIRECT, so that write(2) returns when the server has answered, and one call of at most a block is under way at a time.
Handles, addresses that fail and requests sent again are the kernel's business, and it tells no program of them. So
`granted` is missing in `opened`, there are no `attempt` of a reconnect, `reclaim`, `reopened` and `replayed`, and:

    connected   kernel (its release) is added; signing is "none" where the mount does not ask for it
    lost        the kernel says that the connection is gone, or is another one than before
    session     it says that the session stands again
    attempt     with stage "resume": the connection was lost once more before anything was acknowledged
    state       what /proc/fs/cifs shows of this mount, whenever that changes: tcp, session, share (in the kernel's words),
                instance (of the connection), sessionReconnects, shareReconnects, fileId (of the open file, "" without)
    kernel      level (of syslog(3)), text: what the kernel says about cifs

`error` has the stages "mount" and "kernel", too, and the name of the error number in its message.
"""
