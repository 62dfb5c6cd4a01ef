import { fixture } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

const exhibit = (place: string): Exhibit => ({
  ecosystem: 'CocoaPods',
  cataloger: 'podfile-lock',
  evidence: [place],
  origin: 'written by hand after the guides of CocoaPods',
  files: () => ({ [`srv/${place}`]: fixture('cocoapods/Podfile.lock') }),
});

export const EXHIBITS: readonly Exhibit[] = [exhibit('Podfile.lock'), exhibit('Pods/Manifest.lock')];
