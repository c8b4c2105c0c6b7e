// dockerode (npm): each entry of `checks` is a check.
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { text, buffer } from 'node:stream/consumers';
import Docker from 'dockerode';
import { run } from '../tap.js';

const docker = new Docker({ socketPath: process.env.DOCKER_HOST.replace('unix://', '') });
const image = process.env.REGISTRY + '/busybox';
const Labels = { 'gantry.compat': 'node' };
const filters = { label: ['gantry.compat=node'] };
const create = (Cmd, options = {}) => docker.createContainer({ Image: image, Cmd, Labels, ...options });
const started = async (Cmd, options) => { const c = await create(Cmd, options); await c.start(); return c; };
const followed = stream => new Promise((done, failed) => docker.modem.followProgress(stream, (error, output) => error ? failed(error) : done(output)));
const refused = async (promise, statusCode) => assert.rejects(promise, error => { assert.equal(error.statusCode, statusCode); return true; });

async function demuxed(stream) {
  const out = new PassThrough(), err = new PassThrough();
  docker.modem.demuxStream(stream, out, err);
  stream.on('end', () => { out.end(); err.end(); });
  return { out: text(out), err: text(err) };
}

const checks = {
  async 'ping, version and info'() {
    assert.equal(String(await docker.ping()), 'OK');
    assert.ok((await docker.version()).ApiVersion && (await docker.info()).ID);
  },
  async 'run with the output in a stream'() {
    const out = new PassThrough(), read = text(out);
    const [result, container] = await docker.run(image, ['sh', '-c', 'echo hello; exit 3'], out, { Labels, Tty: false });
    out.end();
    assert.equal(result.StatusCode, 3); assert.match(await read, /hello/);
    await container.remove();
  },
  async 'attach: hijack, stdin, half-close'() {
    const c = await create(['cat'], { OpenStdin: true, StdinOnce: true, AttachStdin: true });
    const stream = await c.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
    const { out } = await demuxed(stream);
    await c.start(); stream.write('one\n'); stream.end('two\n');
    assert.equal(await out, 'one\ntwo\n'); assert.equal((await c.wait()).StatusCode, 0);
  },
  async 'attach without hijack'() {
    const c = await create(['sh', '-c', 'echo a; echo b >&2']);
    const { out, err } = await demuxed(await c.attach({ stream: true, stdout: true, stderr: true }));
    await c.start(); assert.equal(await out, 'a\n'); assert.equal(await err, 'b\n');
  },
  async 'a terminal can be resized'() {
    const c = await create(['sh'], { OpenStdin: true, Tty: true });
    const stream = await c.attach({ stream: true, stdin: true, stdout: true, hijack: true });
    let seen = ''; stream.on('data', data => { seen += data; });
    await c.start(); await c.resize({ h: 33, w: 101 }); stream.write('stty size\nexit\n');
    await c.wait(); await sleep(200); assert.match(seen, /33 101/);
  },
  async 'exec with hijack and its exit code'() {
    const c = await started(['sleep', '60']);
    const exec = await c.exec({ Cmd: ['sh', '-c', 'cat; echo bad >&2; exit 4'], AttachStdin: true, AttachStdout: true, AttachStderr: true });
    const stream = await exec.start({ hijack: true, stdin: true });
    const { out, err } = await demuxed(stream);
    stream.end('given\n');
    assert.equal(await out, 'given\n'); assert.equal(await err, 'bad\n'); assert.equal((await exec.inspect()).ExitCode, 4);
    const detached = await c.exec({ Cmd: ['touch', '/x'] }); await detached.start({ Detach: true });
  },
  async 'logs: buffered and followed'() {
    const c = await started(['sh', '-c', 'echo one; sleep 0.5; echo two']);
    const stream = await c.logs({ follow: true, stdout: true, stderr: true });
    const { out } = await demuxed(stream); assert.equal(await out, 'one\ntwo\n');
    assert.match(String(await c.logs({ stdout: true, tail: 1 })), /two/);
  },
  async 'stats in a stream'() {
    const c = await started(['sleep', '60']);
    const stream = await c.stats({ stream: true });
    const first = await new Promise(done => stream.once('data', done)); stream.destroy();
    assert.ok(JSON.parse(first).memory_stats.usage > 0);
    assert.ok((await c.stats({ stream: false })).cpu_stats);
  },
  async 'archives both ways'() {
    const c = await started(['sh', '-c', 'echo text >/tmp/file; sleep 60']); await sleep(300);
    const tar = await buffer(await c.getArchive({ path: '/tmp/file' }));
    await c.putArchive(tar, { path: '/etc' });
    const exec = await c.exec({ Cmd: ['cat', '/etc/file'], AttachStdout: true });
    assert.equal(await (await demuxed(await exec.start({}))).out, 'text\n');
    await refused(c.getArchive({ path: '/nosuch' }), 404);
  },
  async 'list, inspect, top, changes, update, rename, pause, restart, kill'() {
    const c = await started(['sleep', '60'], { name: 'node-one' });
    assert.equal((await docker.listContainers({ filters }))[0].Names[0], '/node-one');
    assert.match((await c.top()).Processes[0].join(' '), /sleep/); await c.changes();
    await c.update({ Memory: 64 << 20, MemorySwap: 64 << 20 }); await c.rename({ name: 'node-two' });
    await c.pause(); await c.unpause(); await c.restart({ t: 0 }); await c.kill();
    assert.equal((await c.wait()).StatusCode, 137); assert.equal((await c.inspect()).Name, '/node-two');
  },
  async 'errors have their status codes'() {
    await refused(docker.getContainer('nosuch').inspect(), 404);
    await refused(docker.createContainer({ Image: 'nosuch-image-of-node' }), 404);
    const c = await started(['sleep', '60'], { name: 'node-taken' });
    await refused(create(['true'], { name: 'node-taken' }), 409); await refused(c.remove(), 409);
    await refused(c.start(), 304);
    await refused(docker.getNetwork('nosuch').inspect(), 404); await refused(docker.getVolume('nosuch').inspect(), 404);
  },
  async 'networks'() {
    const network = await docker.createNetwork({ Name: 'node-network', Labels, IPAM: { Config: [{ Subnet: '10.95.0.0/24' }] } });
    const c = await started(['sleep', '60']); await network.connect({ Container: c.id, EndpointConfig: { Aliases: ['x'], IPAMConfig: { IPv4Address: '10.95.0.9' } } });
    assert.equal((await network.inspect()).Containers[c.id].IPv4Address, '10.95.0.9/24');
    await network.disconnect({ Container: c.id, Force: true }); await network.remove();
    assert.ok((await docker.listNetworks()).some(n => n.Name === 'bridge'));
  },
  async 'volumes'() {
    await docker.createVolume({ Name: 'node-volume', Labels });
    assert.equal((await docker.listVolumes({ filters: { name: ['node-volume'] } })).Volumes.length, 1);
    await docker.getVolume('node-volume').remove();
  },
  async 'build, tag, history, remove'() {
    const { default: tar } = await import('tar-fs').catch(() => ({ default: null }));
    assert.ok(tar, 'tar-fs comes with dockerode');
    const { mkdtemp, writeFile } = await import('node:fs/promises');
    const folder = await mkdtemp(process.env.WORK + '/build-'); await writeFile(folder + '/Dockerfile', `FROM ${image}\nRUN echo built >/file\n`);
    const log = await followed(await docker.buildImage({ context: folder, src: ['Dockerfile'] }, { t: 'node-built' }));
    assert.ok(log.some(line => /Successfully tagged/.test(line.stream ?? '')));
    const built = docker.getImage('node-built'); await built.tag({ repo: 'node-other', tag: 'x' });
    assert.ok((await built.history()).length > 0); await docker.getImage('node-other:x').remove(); await built.remove({ force: true });
  },
  async 'pull, push and progress'() {
    const repo = process.env.REGISTRY + '/node/pushed';
    await docker.getImage(image).tag({ repo, tag: '1' });
    const pushed = await followed(await docker.getImage(repo + ':1').push({ authconfig: { username: '', password: '' } }));
    assert.ok(pushed.some(line => line.aux?.Digest)); await docker.getImage(repo + ':1').remove();
    assert.ok((await followed(await docker.pull(repo + ':1'))).some(line => /Downloaded newer image|Image is up to date/.test(line.status)));
    await docker.getImage(repo + ':1').remove();
    await assert.rejects(docker.pull(process.env.REGISTRY + '/node/nosuch:1').then(followed));
  },
  async 'save and load'() {
    await docker.getImage(image).tag({ repo: 'node-saved', tag: '1' });
    const tar = await buffer(await docker.getImage('node-saved:1').get()); await docker.getImage('node-saved:1').remove();
    const { Readable } = await import('node:stream');
    await followed(await docker.loadImage(Readable.from([tar]))); await docker.getImage('node-saved:1').remove();
  },
  async 'commit and export'() {
    const c = await started(['touch', '/made']); await c.wait();
    assert.ok((await c.commit({ repo: 'node-committed', tag: '1' })).Id); await docker.getImage('node-committed:1').remove();
    assert.ok((await buffer(await c.export())).length > 1000);
  },
  async 'events'() {
    const stream = await docker.getEvents({ filters: { ...filters, type: ['container'] } });
    let seen = ''; stream.on('data', data => { seen += data; });
    const c = await started(['true']); await c.wait(); await c.remove(); await sleep(500); stream.destroy();
    const actions = seen.trim().split('\n').map(line => JSON.parse(line).Action);
    assert.deepEqual(actions.filter(a => a !== 'attach'), ['create', 'start', 'die', 'destroy']);
  },
  async 'prune and df'() {
    const c = await started(['true']); await c.wait();
    assert.ok((await docker.pruneContainers({ filters })).ContainersDeleted.includes(c.id)); assert.ok(await docker.df());
  },
};

await run(checks, async () => {
  for (const c of await docker.listContainers({ all: true, filters })) await docker.getContainer(c.Id).remove({ force: true, v: true }).catch(() => {});
  for (const n of await docker.listNetworks({ filters })) await docker.getNetwork(n.Id).remove().catch(() => {});
  for (const v of (await docker.listVolumes({ filters })).Volumes ?? []) await docker.getVolume(v.Name).remove().catch(() => {});
});
