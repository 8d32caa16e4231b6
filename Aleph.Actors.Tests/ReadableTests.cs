using System.Reflection;
using System.Runtime.CompilerServices;
using Aleph.Actors.Http;
using Xunit;

namespace Aleph.Actors.Tests;

/// <summary>Statistics are printed with all that they hold.</summary>
public sealed class ReadableTests
{
    private static readonly string[] Kinds = ["Statistics", "Description", "Totals"];

    public static TheoryData<string> Collections() =>
        [.. Members().Select(x => $"{x.DeclaringType!.FullName}, {x.DeclaringType.Assembly.GetName().Name}|{x.Name}")];

    [Fact]
    public void Counters_of_servers_and_clients_show_their_entries()
    {
        var reasons = new Dictionary<ConnectionEndReason, long>
        {
            [ConnectionEndReason.Completed] = 2,
            [ConnectionEndReason.Timeout] = 1,
        };
        var server = new ServerProtocol.Statistics(0, 3, 3, 0, 0, 0, 0)
        {
            EndReasons = reasons,
            Listeners = [new ListenerStatistics(0, 3, 0, 0, 0)],
        };
        Assert.Contains("EndReasons = { Completed = 2, Timeout = 1 }", $"{server}", StringComparison.Ordinal);
        Assert.Contains(
            $"Listeners = [ {new ListenerStatistics(0, 3, 0, 0, 0)} ]",
            $"{server}", StringComparison.Ordinal);

        var client = new TcpClientStatistics(0, 1, 0, 1, 0)
        {
            Failures = new Dictionary<ConnectPhase, long> { [ConnectPhase.Resolve] = 1 },
        };
        Assert.Contains("EndReasons = { }, Failures = { Resolve = 1 }", $"{client}", StringComparison.Ordinal);

        var http = new HttpServerProtocol.Statistics(server, 1, 0, 0, 0, 0)
        {
            ByStatus = new Dictionary<int, long> { [200] = 1, [404] = 2 },
        };
        Assert.Contains("ByStatus = { 200 = 1, 404 = 2 }", $"{http}", StringComparison.Ordinal);
        Assert.Contains("CloseCodes = { }", $"{http}", StringComparison.Ordinal);
        Assert.DoesNotContain("System.", $"{http}", StringComparison.Ordinal);
    }

    [Fact]
    public void Counters_of_a_resolver_and_of_WebSockets_show_their_entries()
    {
        var failures = new Dictionary<DnsFailure, long> { [DnsFailure.NotFound] = 4 };
        var dns = new DnsProtocol.Statistics(0, 0, 0, 0, failures, 0, 0, 0, 0, 0);
        Assert.Contains("Failures = { NotFound = 4 }", $"{dns}", StringComparison.Ordinal);
        var sockets = WebSocketTotals.None with { CloseCodes = new Dictionary<int, long> { [1000] = 7 } };
        Assert.Contains("CloseCodes = { 1000 = 7 }", $"{sockets}", StringComparison.Ordinal);
    }

    [Fact]
    public void Records_are_equal_where_their_entries_are()
    {
        static WebSocketTotals Of(params (int Code, long Count)[] codes) =>
            WebSocketTotals.None with { CloseCodes = codes.ToDictionary(x => x.Code, x => x.Count) };

        Assert.Equal(Of((1000, 1), (1001, 2)), Of((1001, 2), (1000, 1)));
        Assert.Equal(Of((1000, 1), (1001, 2)).GetHashCode(), Of((1001, 2), (1000, 1)).GetHashCode());
        Assert.NotEqual(Of((1000, 1)), Of((1000, 2)));
        Assert.NotEqual(Of((1000, 1)), Of((1000, 1), (1001, 2)));
    }

    /// <summary>Whoever makes such a record, its text must not name a type of the runtime.</summary>
    [Theory]
    [MemberData(nameof(Collections))]
    public void No_collection_of_statistics_prints_its_type(string member)
    {
        var parts = member.Split('|');
        var type = Type.GetType(parts[0], throwOnError: true)!;
        var property = type.GetProperty(parts[1])!;
        var arguments = property.PropertyType.GetGenericArguments();
        var given = Activator.CreateInstance(arguments.Length == 2
            ? typeof(Dictionary<,>).MakeGenericType(arguments)
            : typeof(List<>).MakeGenericType(arguments));
        var record = RuntimeHelpers.GetUninitializedObject(type);
        property.SetValue(record, given);

        Assert.StartsWith(
            arguments.Length == 2 ? "{" : "[", property.GetValue(record)!.ToString(), StringComparison.Ordinal);
    }

    private static IEnumerable<PropertyInfo> Members() =>
        from assembly in new[] { typeof(ServerProtocol).Assembly, typeof(HttpServerProtocol).Assembly }
        from type in assembly.GetExportedTypes()
        where Kinds.Any(kind => type.Name.EndsWith(kind, StringComparison.Ordinal))
        from property in type.GetProperties()
        where property.PropertyType.IsGenericType && property.SetMethod is not null
            && typeof(System.Collections.IEnumerable).IsAssignableFrom(property.PropertyType)
        select property;
}
