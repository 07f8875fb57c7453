"""What the machine has and uses: the words behind every memory figure; and what a process gives up.

memory      use of this process and of the service, in MB; one log line a stage
kinds       the service's processes by what they are
cgroup      the container's limit and what of it cannot be reclaimed
disk, held  free room, and the reserve that no upload may use; scratch that a process holds while it lives
elsewhere   the same from psutil, where there is no /proc (macOS)
landlock, seccomp, privileges       given up for good: files, ports, signals; system calls; being root
"""
