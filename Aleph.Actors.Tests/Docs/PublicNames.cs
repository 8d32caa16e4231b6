using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;

namespace Aleph.Actors.Tests.Docs;

/// <summary>
/// Looks up what documents name: public types and members of the two libraries, of Akka.NET and of .NET, keys of the
/// reference configuration, words of C#.
/// </summary>
internal static class PublicNames
{
    private const BindingFlags Public =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;

    private static readonly HashSet<string> Words = ["await", "catch", "finally", "while"];

    private static readonly ILookup<string, Type> Types = new[]
        {
            typeof(TcpServer), typeof(HttpServer), typeof(IActorRef), typeof(Flow), typeof(object), typeof(Channel),
            typeof(System.Net.IPEndPoint), typeof(System.Text.Json.JsonSerializer), typeof(Uri),
        }
        .Select(x => x.Assembly).Distinct()
        .SelectMany(x => x.GetExportedTypes())
        .Where(x => !x.IsNested)
        .ToLookup(x => Simple(x.Name));

    private static readonly Config Keys = Repository.Files(".conf", "hocon")
        .Select(x => ConfigurationFactory.ParseString(Repository.Text(x)))
        .Aggregate((x, y) => x.WithFallback(y));

    /// <summary>Whether there is a <c>Type</c>, <c>Type.Member</c>, <c>aleph.key</c>, or word of that name.</summary>
    public static bool Has(string name) =>
        Words.Contains(name)
        || (name.StartsWith("aleph.", StringComparison.Ordinal) ? Keys.HasPath(name) : IsTypeOrMember(name));

    private static bool IsTypeOrMember(string name)
    {
        var parts = name.Split('.');
        return Types[parts[0]].Any(x => HasPath(x, parts.AsSpan(1)));
    }

    private static bool HasPath(Type type, ReadOnlySpan<string> rest)
    {
        if (rest.Length == 0)
            return true;
        if (type.GetNestedType(rest[0], BindingFlags.Public) is { } nested)
            return HasPath(nested, rest[1..]);
        return rest.Length == 1 && (HasMember(type, rest[0]) || HasExtension(type, rest[0]));
    }

    private static bool HasMember(Type type, string name) =>
        type.GetMember(name, Public).Length > 0
        || type.GetInterfaces().Any(x => x.GetMember(name, Public).Length > 0);

    // By the simple name, since a document leaves type parameters out.
    private static bool HasExtension(Type type, string name) =>
        type.Assembly.GetExportedTypes()
            .Where(x => x.IsDefined(typeof(ExtensionAttribute)))
            .SelectMany(x => x.GetMember(name, MemberTypes.Method, BindingFlags.Public | BindingFlags.Static))
            .OfType<MethodInfo>()
            .Any(x => x.IsDefined(typeof(ExtensionAttribute))
                && Simple(x.GetParameters()[0].ParameterType.Name) == Simple(type.Name));

    private static string Simple(string name) => name.Split('`')[0];
}
