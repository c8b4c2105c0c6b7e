// Testcontainers for node (npm): each entry of `checks` is a check.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { GenericContainer, Network, PullPolicy, Wait, DockerComposeEnvironment, getContainerRuntimeClient } from 'testcontainers';
import { run } from '../tap.js';

const image = process.env.REGISTRY + '/busybox';
const work = process.env.WORK;
const busybox = (...command) => new GenericContainer(image).withCommand(command);
const serving = (...before) => busybox('sh', '-c', [...before, 'exec httpd -f -p 8080 -h /www'].join('; ')).withExposedPorts(8080);
const page = container => fetch(`http://${container.getHost()}:${container.getMappedPort(8080)}/`).then(answer => answer.text());
const using = async (started, use) => { try { return await use(started); } finally { await started.stop(); } };

const checks = {
  async 'a container starts, runs a command and is removed'() {
    const container = await busybox('sleep', '300').start();
    const result = await container.exec(['sh', '-c', 'echo out; echo err >&2; exit 3']);
    assert.deepEqual([result.stdout, result.stderr, result.exitCode], ['out\n', 'err\n', 3]);
    await container.stop();
    const client = await getContainerRuntimeClient();
    await assert.rejects(client.container.dockerode.getContainer(container.getId()).inspect(), { statusCode: 404 });
  },
  async 'waits for published ports'() {
    await using(await serving('sleep 1').start(), async web => assert.equal(await page(web), 'a page\n'));
  },
  async 'waits for a line of the log'() {
    await using(await busybox('sh', '-c', 'sleep 1; echo the system is ready; sleep 300').withWaitStrategy(Wait.forLogMessage(/system is ready/)).start(), async container => {
      const logs = await container.logs();
      logs.on('data', () => logs.destroy());
    });
  },
  async 'waits for health'() {
    const ready = { test: ['CMD', 'test', '-e', '/ready'], interval: 200, timeout: 1000, retries: 50 };
    await using(await busybox('sh', '-c', 'sleep 1; touch /ready; sleep 300').withHealthCheck(ready).withWaitStrategy(Wait.forHealthCheck()).start(), async () => {});
  },
  async 'waits for an HTTP answer and for a command'() {
    const both = Wait.forAll([Wait.forHttp('/', 8080), Wait.forSuccessfulCommand('test -e /ready')]);
    await using(await serving('sleep 1', 'touch /ready').withWaitStrategy(both).start(), async web => assert.equal(await page(web), 'a page\n'));
  },
  async 'waits for a container that ends'() {
    await using(await busybox('sh', '-c', 'sleep 1; exit 0').withWaitStrategy(Wait.forOneShotStartup()).start(), async () => {});
  },
  async 'a start that fails says why'() {
    await assert.rejects(busybox('nosuchprogram').start(), /nosuchprogram/);
    await assert.rejects(new GenericContainer(process.env.REGISTRY + '/nosuchimage').withPullPolicy(PullPolicy.alwaysPull()).start(), /nosuchimage|manifest unknown|not found/i);
  },
  async 'networks with aliases'() {
    await using(await new Network().start(), async network =>
      using(await busybox('httpd', '-f', '-h', '/www').withNetwork(network).withNetworkAliases('server').start(), async () =>
        using(await busybox('sleep', '300').withNetwork(network).start(), async client =>
          assert.equal((await client.exec(['wget', '-qO-', 'http://server/'])).stdout, 'a page\n'))));
  },
  async 'bind mounts, tmpfs, environment, user and labels'() {
    await writeFile(`${work}/bound`, 'from the host\n');
    const container = busybox('sleep', '300').withBindMounts([{ source: work, target: '/bound', mode: 'ro' }]).withTmpFs({ '/fast': 'rw,size=1m' })
      .withEnvironment({ GIVEN: 'value' }).withUser('app').withLabels({ mine: 'yes' }).withWorkingDir('/tmp').withHostname('named');
    await using(await container.start(), async started => {
      const say = async command => (await started.exec(['sh', '-c', command])).output.trim();
      assert.equal(await say('cat /bound/bound'), 'from the host');
      assert.match(await say('touch /bound/x'), /Read-only/);
      assert.equal(await say('echo $GIVEN $(id -un) $(pwd) $(hostname)'), 'value app /tmp named');
      assert.match(await say('grep " /fast " /proc/mounts'), /size=1024k/);
      assert.equal(started.getLabels().mine, 'yes');
    });
  },
  async 'files go in before and after the start and come out'() {
    const container = busybox('sh', '-c', 'cat /given/file; sleep 300').withCopyContentToContainer([{ content: 'given\n', target: '/given/file' }]).withWaitStrategy(Wait.forLogMessage('given'));
    await using(await container.start(), async started => {
      await started.copyContentToContainer([{ content: 'later\n', target: '/tmp/later', mode: 0o600 }]);
      assert.equal((await started.exec(['sh', '-c', 'stat -c %a /tmp/later; cat /tmp/later'])).stdout, '600\nlater\n');
      assert.match(await text(await started.copyArchiveFromContainer('/tmp/later')), /later/);
    });
  },
  async 'restart keeps the container'() {
    await using(await serving().start(), async web => {
      const before = web.getId();
      await web.exec(['touch', '/kept']);
      await web.restart();
      assert.equal(await page(web), 'a page\n');
      assert.equal(web.getId(), before);
      assert.equal((await web.exec(['ls', '/kept'])).exitCode, 0);
    });
  },
  async 'an image built from a Dockerfile, with arguments'() {
    const folder = `${work}/image`;
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}/Dockerfile`, `FROM ${image}\nARG WORD\nENV WORD=$WORD\nCOPY file /file\nCMD ["sh", "-c", "echo $WORD; sleep 300"]\n`);
    await writeFile(`${folder}/file`, 'in the image\n');
    const built = await GenericContainer.fromDockerfile(folder).withBuildArgs({ WORD: 'said' }).build();
    await using(await built.withWaitStrategy(Wait.forLogMessage('said')).start(), async started =>
      assert.equal((await started.exec(['cat', '/file'])).stdout, 'in the image\n'));
  },
  async 'commit makes an image of a container'() {
    await using(await busybox('sleep', '300').start(), async container => {
      await container.exec(['sh', '-c', 'echo kept > /kept']);
      const id = await container.commit({ repo: 'tc-committed', tag: 'one' });
      await using(await new GenericContainer(id).withCommand(['sleep', '300']).start(), async copy => assert.equal((await copy.exec(['cat', '/kept'])).stdout, 'kept\n'));
    });
  },
  async 'a compose file comes up and goes'() {
    const folder = `${work}/compose`;
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}/compose.yaml`, `services:\n  web:\n    image: ${image}\n    command: httpd -f -p 8080 -h /www\n    ports: ["8080"]\n`);
    const up = await new DockerComposeEnvironment(folder, 'compose.yaml').up();
    assert.equal(await page(up.getContainer('web-1')), 'a page\n');
    await up.down();
  },
  async 'the reaper removes what a dead client left'() {
    const { stdout } = await promisify(execFile)(process.execPath, [process.argv[1], 'abandon'], { env: { ...process.env, TESTCONTAINERS_REUSE_ENABLE: 'false' } });
    const client = await getContainerRuntimeClient();
    const container = client.container.dockerode.getContainer(stdout.trim());
    assert.equal((await container.inspect()).State.Running, true);
    for (let i = 0; i < 40; i++) {
      if (await container.inspect().then(() => false, error => error.statusCode === 404)) return;
      await sleep(1000);
    }
    assert.fail('still there after 40 seconds');
  },
};

if (process.argv[2] === 'abandon') {
  console.log((await busybox('sleep', '300').start()).getId());
  process.exit();
}
await run(checks);
