// Loaded before Reeve: it finds itself in a container of 512 MiB.
process.constrainedMemory = () => 512 * 1024 ** 2
