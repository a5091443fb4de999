// The command line for own photos as an npm script: npm runs it at the top of the project, paths are of the caller's folder.
if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
await import("../lib/bin/ddpm-dip.mjs");
