/** What this process holds open towards others: sockets, handshakes, questions to DNS. Servers that listen are not counted. */
const OUTWARD: ReadonlySet<string> = new Set(['TCPSocketWrap', 'TLSWrap', 'TCPConnectWrap', 'GetAddrInfoReqWrap', 'QueryReqWrap', 'DNSChannel', 'UDPWrap', 'UDPWRAP']);

export const openHandles = (): readonly string[] => process.getActiveResourcesInfo().filter((kind) => OUTWARD.has(kind));
