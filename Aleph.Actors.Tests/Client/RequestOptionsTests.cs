using System.Reflection;
using System.Runtime.CompilerServices;
using Aleph.Actors.Http;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>Options of one request over those of its client: each option for itself.</summary>
public sealed class RequestOptionsTests
{
    public static TheoryData<string> Names => [.. Options().Select(x => x.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_option_counts_wherever_it_is_said_and_the_nearer_one_first(string name)
    {
        var option = Options().Single(x => x.Name == name);
        var (near, far) = (With(option), With(option));
        var silent = RequestOptions.None with { };

        Assert.Same(near, near.Over(RequestOptions.None));
        Assert.Same(far, RequestOptions.None.Over(far));
        Assert.Equal(option.GetValue(near), option.GetValue(near.Over(silent)));
        Assert.Equal(option.GetValue(far), option.GetValue(silent.Over(far)));
        Assert.Equal(option.GetValue(near), option.GetValue(near.Over(far)));
    }

    private static IEnumerable<PropertyInfo> Options() =>
        typeof(RequestOptions).GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(x => x.CanWrite);

    private static RequestOptions With(PropertyInfo option)
    {
        var options = RequestOptions.None with { };
        option.SetValue(options, ValueOf(Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType));
        return options;
    }

    /// <summary>A value that equals no other where its type allows it.</summary>
    private static object ValueOf(Type type)
    {
        if (type == typeof(TimeSpan))
            return TimeSpan.FromTicks(Random.Shared.Next(1, int.MaxValue));
        if (type == typeof(bool))
            return true;
        if (type == typeof(int) || type == typeof(long))
            return Convert.ChangeType(
                Random.Shared.Next(1, int.MaxValue), type, System.Globalization.CultureInfo.InvariantCulture);
        if (type == typeof(ICookieStore))
            return new CookieStore();
        if (type == typeof(HttpCredentials))
            return HttpCredentials.Bearer(Guid.NewGuid().ToString());
        if (type == typeof(Action<HttpStatus, HttpHeaders>))
            return new Action<HttpStatus, HttpHeaders>((_, _) => { });
        if (type == typeof(Func<HttpResponse, IConnectionProtocol>))
            return new Func<HttpResponse, IConnectionProtocol>(_ => throw new NotSupportedException());

        // Never used, only passed on.
        return RuntimeHelpers.GetUninitializedObject(type);
    }
}
