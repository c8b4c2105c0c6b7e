// What the clients written in JavaScript share: runs checks, functions by their names, and prints TAP.
// ONLY=TEXT picks checks; a check has a minute; `cleanup` runs after each.
export async function run(checks, cleanup = async () => {}) {
  let number = 0;
  for (const [name, check] of Object.entries(checks)) {
    if (!name.includes(process.env.ONLY ?? '')) continue;
    number++;
    let timer;
    try {
      await Promise.race([check(), new Promise((_, failed) => { timer = setTimeout(() => failed(new Error('took over a minute')), 60_000); })]);
      console.log(`ok ${number} - ${name}`);
    } catch (error) {
      console.log(`not ok ${number} - ${name}\n` + String(error.stack).split('\n').slice(0, 6).map(line => '# ' + line).join('\n'));
    }
    clearTimeout(timer);
    await cleanup();
  }
  console.log(`1..${number}`);
  process.exit();
}
