/** An encoder of AAC for browsers that have none: WebAssembly in a worker. A megabyte, so it is a part of its own. */
export { registerAacEncoder as bringAacEncoder } from "@mediabunny/aac-encoder"
