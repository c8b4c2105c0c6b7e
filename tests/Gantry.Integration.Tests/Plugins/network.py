"""A network and an address plugin as people write them: a bridge per network, a veth pair per endpoint, addresses counted
upwards. Arguments: its socket, the prefix of its interfaces' names, a file of the calls it got, one JSON per line."""
import ipaddress, json, os, socketserver, subprocess, sys
from http.server import BaseHTTPRequestHandler
sock, prefix, journal = sys.argv[1:4]
nets, pools = {}, {}
def ip(*a): subprocess.run(["ip", *a], check=True, capture_output=True)
class H(BaseHTTPRequestHandler):
    def address_string(self): return "-"
    def log_message(self, *a): pass
    def do_POST(self):
        n = int(self.headers.get("Content-Length") or 0); q = json.loads(self.rfile.read(n) or b"{}")
        m = self.path.split("/")[-1]
        with open(journal, "a") as f: f.write(json.dumps([m, q]) + "\n")
        try: a = getattr(self, m.replace(".", "_"))(q)
        except Exception as e: a = {"Err": str(e)}
        b = json.dumps(a).encode(); self.send_response(200); self.send_header("Content-Length", str(len(b))); self.end_headers(); self.wfile.write(b)
    def Plugin_Activate(self, q): return {"Implements": ["NetworkDriver", "IpamDriver"]}
    def NetworkDriver_GetCapabilities(self, q): return {"Scope": "local", "ConnectivityScope": "local"}
    def NetworkDriver_CreateNetwork(self, q):
        o = q["Options"].get("com.docker.network.generic") or {}
        if o.get("fail") == "network": raise Exception("no more networks")
        br = prefix + q["NetworkID"][:6]; nets[q["NetworkID"]] = (br, o, q["IPv4Data"][0]["Gateway"])
        ip("link", "add", br, "type", "bridge"); ip("link", "set", br, "up"); ip("addr", "add", q["IPv4Data"][0]["Gateway"], "dev", br); return {}
    def NetworkDriver_DeleteNetwork(self, q): ip("link", "del", nets.pop(q["NetworkID"])[0]); return {}
    def pair(self, q): return prefix + "h" + q["EndpointID"][:6], prefix + "c" + q["EndpointID"][:6]
    def NetworkDriver_CreateEndpoint(self, q):
        br, o, _ = nets[q["NetworkID"]]
        if o.get("fail") == "endpoint": raise Exception("no more endpoints")
        h, c = self.pair(q); ip("link", "add", h, "type", "veth", "peer", "name", c); ip("link", "set", h, "master", br, "up")
        return {"Interface": {} if q["Interface"].get("MacAddress") else {"MacAddress": "02:aa:00:" + ":".join(q["EndpointID"][i:i + 2] for i in (0, 2, 4))}}
    def NetworkDriver_EndpointOperInfo(self, q): return {"Value": {}}
    def NetworkDriver_DeleteEndpoint(self, q): ip("link", "del", self.pair(q)[0]); return {}
    def NetworkDriver_Join(self, q):
        _, o, gateway = nets[q["NetworkID"]]
        if o.get("fail") == "join": raise Exception("no more joins")
        return {"InterfaceName": {"SrcName": self.pair(q)[1], "DstPrefix": "plug"}, "Gateway": gateway.split("/")[0],
                "StaticRoutes": [{"Destination": "198.51.100.0/24", "RouteType": 0, "NextHop": gateway.split("/")[0]}, {"Destination": "203.0.113.0/24", "RouteType": 1}]}
    def NetworkDriver_Leave(self, q): return {}
    def NetworkDriver_ProgramExternalConnectivity(self, q): return {}
    def NetworkDriver_RevokeExternalConnectivity(self, q): return {}
    def IpamDriver_GetCapabilities(self, q): return {"RequiresMACAddress": False, "RequiresRequestReplay": False}
    def IpamDriver_GetDefaultAddressSpaces(self, q): return {"LocalDefaultAddressSpace": "here", "GlobalDefaultAddressSpace": "there"}
    def IpamDriver_RequestPool(self, q):
        if (q["Options"] or {}).get("fail"): raise Exception("no more pools")
        net = ipaddress.ip_network(q["Pool"] or "10.231.77.0/24"); pools["pool-1"] = (net, set()); return {"PoolID": "pool-1", "Pool": str(net)}
    def IpamDriver_ReleasePool(self, q): pools.pop(q["PoolID"]); return {}
    def IpamDriver_RequestAddress(self, q):
        net, taken = pools[q["PoolID"]]
        a = q["Address"] or next(str(h) for h in net.hosts() if str(h) not in taken)
        if a in taken: raise Exception("taken already")
        taken.add(a); return {"Address": "%s/%d" % (a, net.prefixlen)}
    def IpamDriver_ReleaseAddress(self, q): pools[q["PoolID"]][1].remove(q["Address"]); return {}
class S(socketserver.ThreadingMixIn, socketserver.UnixStreamServer): daemon_threads = True
if os.path.exists(sock): os.unlink(sock)
S(sock, H).serve_forever()
