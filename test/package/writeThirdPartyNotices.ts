import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { bundledPackages } from './bundledPackages';
import { thirdPartyNotices } from './thirdPartyNotices';

writeFileSync(resolve(__dirname, '../../ThirdPartyNotices.txt'), thirdPartyNotices(bundledPackages()));
