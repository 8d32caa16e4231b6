using System.Globalization;
using System.Runtime.InteropServices;
using Soak.Traffic;

namespace Soak.Report;

/// <summary>The findings as a page.</summary>
internal static class Markdown
{
    private const int MostExamples = 20;

    public static string Of(Findings found)
    {
        var faults = found.Faulty();
        return string.Join('\n', (string[])
        [
            .. Head(found, faults), "",
            .. Exchanges(found), "",
            .. Attacks(found), "",
            .. Faults(found), "",
            .. Curves(found), "",
            .. Ends(found), "",
            .. Logs(found), "",
        ]);
    }

    private static IEnumerable<string> Head(Findings found, IReadOnlyList<string> faults)
    {
        var done = found.Tallies.Sum(tally => tally.Done);
        yield return string.Create(CultureInfo.InvariantCulture,
            $"**{(faults.Count == 0 ? "Passed" : "FAILED")}**: {found.Took.TotalMinutes:0.#} minutes, "
            + $"{done:N0} exchanges done ({done / found.Took.TotalSeconds:N0} a second), "
            + $"{found.Tallies.Sum(tally => tally.Lost)} lost, {found.Tallies.Sum(tally => tally.Wrong)} wrong.");
        yield return string.Create(CultureInfo.InvariantCulture,
            $"Began {found.Began:yyyy-MM-dd HH:mm} UTC, seed {found.Options.Seed}, "
            + $"{Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}, "
            + $"{RuntimeInformation.OSDescription.Split(' ')[0]}.");
        if (faults.Count > 0)
            yield return "";
        foreach (var fault in faults)
            yield return $"- {fault}";
    }

    private static IEnumerable<string> Exchanges(Findings found)
    {
        yield return "| traffic | done | cancelled | told | lost | wrong |";
        yield return "| --- | ---: | ---: | ---: | ---: | ---: |";
        foreach (var tally in found.Tallies)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"| {tally.Name} | {tally.Done:N0} | {tally.Cancelled:N0} | {tally.Told:N0} "
                + $"| {tally.Lost} | {tally.Wrong} |");
        }

        yield return $"\nDatagrams that were sent again, because a second brought no answer: {Resending.Count}.";
        foreach (var line in Examples(found.Tallies))
            yield return line;
    }

    private static IEnumerable<string> Attacks(Findings found)
    {
        yield return "| hostile peer | endured | could not be done | not endured |";
        yield return "| --- | ---: | ---: | ---: |";
        foreach (var tally in found.Attacks.GroupBy(tally => tally.Name))
        {
            yield return $"| {tally.Key} | {tally.Sum(each => each.Done)} "
                + $"| {tally.Sum(each => each.Cancelled + each.Told)} | {tally.Sum(each => each.Wrong)} |";
        }

        foreach (var line in Examples(found.Attacks))
            yield return line;
    }

    private static IEnumerable<string> Examples(IEnumerable<Tally> tallies) => tallies
        .SelectMany(tally => tally.Faults.Select(fault => $"\n- {tally.Name}: {fault}")).Take(MostExamples);

    private static IEnumerable<string> Faults(Findings found)
    {
        yield return "| planned fault | times |";
        yield return "| --- | ---: |";
        foreach (var (kind, count) in found.Faults)
            yield return $"| {kind} | {count} |";
    }

    private static IEnumerable<string> Curves(Findings found)
    {
        yield return "| | first | median of 2nd half | most | last | trend of 2nd half | bound | |";
        yield return "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |";
        foreach (var curve in found.Curves)
            yield return curve.Row();
        yield return "\n```text";
        foreach (var curve in found.Curves)
            yield return curve.Chart();
        yield return Rate(found.Samples).Chart();
        yield return "```";
        if (found.Samples.Count == 0)
            yield break;
        yield return "\nActors at the last sample: " + string.Join(", ", found.Samples[^1].Places
            .OrderByDescending(place => place.Value).Take(12).Select(place => $"{place.Value} `{place.Key}`")) + ".";
    }

    private static Curve Rate(IReadOnlyList<Sample> samples) => new(
        "exchanges a second", "",
        [.. samples.Zip(samples.Skip(1), (a, b) => (b.Done - a.Done) / (b.At - a.At).TotalSeconds)],
        0);

    private static IEnumerable<string> Ends(Findings found)
    {
        yield return "| | at the start | at the end |";
        yield return "| --- | ---: | ---: |";
        yield return $"| sockets | {found.Before.Sockets} | {found.After.Sockets} |";
        yield return $"| descriptors | {found.Before.Descriptors} | {found.After.Descriptors} |";
        yield return $"| heap after collection | {found.Before.Heap:0.0} MiB | {found.After.Heap:0.0} MiB |";
        yield return $"| threads | {found.Before.Threads} | {found.After.Threads} |";
    }

    private static IEnumerable<string> Logs(Findings found)
    {
        yield return "| times | warning or error | |";
        yield return "| ---: | --- | --- |";
        foreach (var (text, count) in found.Logs)
        {
            var shown = text.Length > 160 ? text[..160] + "…" : text;
            yield return $"| {count} | `{shown.Replace('|', '/')}` | {ExpectedLogs.Why(text) ?? "UNEXPECTED"} |";
        }
    }
}
