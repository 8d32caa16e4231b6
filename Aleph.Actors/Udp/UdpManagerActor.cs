using System.Net;
using Akka.Actor;
using AkkaUdp = Akka.IO.Udp;
using AkkaUdpConnected = Akka.IO.UdpConnected;

namespace Aleph.Actors.Udp;

/// <summary>
/// Takes the commands that stock Akka.IO's two UDP managers take, and makes a socket actor for each. One per actor
/// system, made by <see cref="UdpExtension"/>; ends with the system. A socket that fails stops, alone.
/// </summary>
internal sealed class UdpManagerActor : UntypedActor
{
    private readonly UdpSettings _settings;
    private readonly NameResolver _resolver;

    private UdpManagerActor(UdpSettings settings, NameResolver resolver) =>
        (_settings, _resolver) = (settings, resolver);

    public static Props Create(UdpSettings settings, NameResolver resolver) =>
        Props.CreateBy(new Producer(settings, resolver)).WithDeploy(Deploy.Local);

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AkkaUdp.Bind bind:
                Bind(bind);
                break;
            case AkkaUdp.SimpleSender simple:
                Spawn(new UdpSocketSpec(_settings with { EndPoint = null, RemoteEndPoint = null })
                {
                    Options = [.. simple.Options],
                    Command = simple,
                });
                break;
            case AkkaUdpConnected.Connect connect:
                Connect(connect);
                break;
            case AkkaUdp.Command command:
                Sender.Tell(command.FailureMessage, Self);
                break;
            case AkkaUdpConnected.Command command:
                Sender.Tell(command.FailureMessage, Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Bind(AkkaUdp.Bind bind)
    {
        if (bind.LocalAddress is not IPEndPoint local || bind.Handler is null)
        {
            Sender.Tell(bind.FailureMessage, Self);
            return;
        }

        Spawn(new UdpSocketSpec(_settings with { EndPoint = local, RemoteEndPoint = null })
        {
            Options = [.. bind.Options],
            Handler = bind.Handler,
            Command = bind,
        });
    }

    private void Connect(AkkaUdpConnected.Connect connect)
    {
        var settings = _settings with
        {
            EndPoint = connect.LocalAddress as IPEndPoint,
            RemoteEndPoint = connect.RemoteAddress,
        };
        if (connect.LocalAddress is not (null or IPEndPoint) || connect.RemoteAddress is null
            || connect.Handler is null || settings.Validate().Count > 0)
        {
            Sender.Tell(connect.FailureMessage, Self);
            return;
        }

        Spawn(new UdpSocketSpec(settings)
        {
            Options = [.. connect.Options],
            Handler = connect.Handler,
            Command = connect,
        });
    }

    private void Spawn(UdpSocketSpec spec) => Context.ActorOf(
        UdpExtension.OnIoDispatcher(UdpSocketActor.Create(spec with { Commander = Sender, Resolver = _resolver })));

    private sealed class Producer(UdpSettings settings, NameResolver resolver) : IIndirectActorProducer
    {
        public Type ActorType => typeof(UdpManagerActor);

        public ActorBase Produce() => new UdpManagerActor(settings, resolver);

        public void Release(ActorBase actor)
        {
            // It owns nothing but its children.
        }
    }
}
