/** The peer broke the protocol or went beyond a bound: its own connection is cut, and nobody else notices. */
export class ProtocolError extends Error {}
