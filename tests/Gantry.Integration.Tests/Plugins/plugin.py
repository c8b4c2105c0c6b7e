"""A plugin as people write them: volumes that are tmpfs mounts of a folder, and an authorization plugin that refuses
what says "forbidden". Arguments: its socket, the folder of its volumes."""
import base64, json, os, socketserver, subprocess, sys, time
from http.server import BaseHTTPRequestHandler
sock, root = sys.argv[1:3]
vols, uses = {}, {}
class H(BaseHTTPRequestHandler):
    def address_string(self): return "-"
    def log_message(self, *a): pass
    def do_POST(self):
        n = int(self.headers.get("Content-Length") or 0); q = json.loads(self.rfile.read(n) or b"{}")
        m = self.path.split("/")[-1].split(".")[-1]
        try: a = getattr(self, m)(q)
        except Exception as e: a = {"Err": str(e)}
        b = json.dumps(a).encode(); self.send_response(200); self.send_header("Content-Length", str(len(b))); self.end_headers(); self.wfile.write(b)
    def Activate(self, q): return {"Implements": ["VolumeDriver", "authz"]}
    def Capabilities(self, q): return {"Capabilities": {"Scope": "global"}}
    def path_of(self, n):
        if n not in vols: raise Exception("no such volume here")
        return os.path.join(root, n)
    def Create(self, q):
        time.sleep(float((q.get("Opts") or {}).get("slow") or 0))
        if (q.get("Opts") or {}).get("fail"): raise Exception(q["Opts"]["fail"])
        vols[q["Name"]] = q.get("Opts") or {}; os.makedirs(self.path_of(q["Name"]), exist_ok=True); return {}
    def Remove(self, q): self.path_of(q["Name"]); vols.pop(q["Name"]); return {}
    def Mount(self, q):
        p = self.path_of(q["Name"]); u = uses.setdefault(q["Name"], set())
        if not u: subprocess.check_call(["mount", "-t", "tmpfs", "tmpfs", p])
        u.add(q["ID"]); return {"Mountpoint": p}
    def Unmount(self, q):
        u = uses[q["Name"]]; u.discard(q["ID"])
        if not u: subprocess.check_call(["umount", self.path_of(q["Name"])])
        return {}
    def Path(self, q): return {"Mountpoint": self.path_of(q["Name"])}
    def Get(self, q): return {"Volume": {"Name": q["Name"], "Mountpoint": self.path_of(q["Name"]), "Status": {"uses": len(uses.get(q["Name"], ()))}}}
    def List(self, q): return {"Volumes": [{"Name": n, "Mountpoint": os.path.join(root, n)} for n in vols]}
    def AuthZReq(self, q):
        body = base64.b64decode(q.get("RequestBody") or "")
        if b"forbidden" in body or "forbidden" in q["RequestUri"]: return {"Allow": False, "Msg": "not that one"}
        if "failing" in q["RequestUri"]: return {"Err": "I failed"}
        return {"Allow": True}
    def AuthZRes(self, q):
        body = base64.b64decode(q.get("ResponseBody") or "")
        return {"Allow": b"secret-label" not in body, "Msg": "secret answer"}
class S(socketserver.ThreadingMixIn, socketserver.UnixStreamServer): daemon_threads = True
if os.path.exists(sock): os.unlink(sock)
S(sock, H).serve_forever()
