import { fixture } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

const ORIGIN = 'written by hand after the documentation of Dart';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Dart',
    cataloger: 'pub-installed',
    evidence: ['.pub-cache/{hosted/*,git}/*/pubspec.yaml'],
    origin: ORIGIN,
    files: () => ({
      'root/.pub-cache/hosted/pub.dev/http_parser-4.0.2/pubspec.yaml': fixture(
        'dart/http_parser.pubspec.yaml',
      ),
    }),
  },
  {
    ecosystem: 'Dart',
    cataloger: 'pub-lock',
    evidence: ['pubspec.lock'],
    origin: ORIGIN,
    files: () => ({ 'srv/pubspec.lock': fixture('dart/pubspec.lock') }),
  },
  {
    ecosystem: 'Dart',
    cataloger: 'pub-lock',
    evidence: ['.dart_tool/package_config.json'],
    origin: ORIGIN,
    files: () => ({ 'srv/.dart_tool/package_config.json': fixture('dart/package_config.json') }),
  },
];
