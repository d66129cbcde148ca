import { measurePretrained } from './tests/bench/pretrained.ts';
for (const { name, value, peer, peerValue } of await measurePretrained()) console.log(name, value.toFixed(1), peer, peerValue!.toFixed(1), (value / peerValue!).toFixed(2));
process.exit(0);
