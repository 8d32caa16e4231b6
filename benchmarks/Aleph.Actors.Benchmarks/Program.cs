using Aleph.Actors.Benchmarks.Bytes;
using BenchmarkDotNet.Running;

// `--list flat` names the benchmarks, `--filter '*OutputBuffer*'` picks some; without arguments it asks.
BenchmarkSwitcher.FromAssembly(typeof(OutputBufferBenchmarks).Assembly).Run(args);
