"""``lianfang account``: who can sign in. Run by whoever runs the server; every change stands in the ledger."""

from typing import Any

import click

from lianfang.cli import framework
from lianfang.cli.speech import say, text


@click.group("account", help=text("账号：开通、重置、关闭、列出。", "Accounts: open, renew, close, list."))
def command() -> None: ...


@command.command("add", help=text("开通账号并授予一项职责。", "Open an account with one role."))
@click.argument("username")
@click.option("--name", required=True, help=text("姓名", "Name of the person."))
@click.option("--role", required=True, help=text("职责（见 docs/reference/permissions.md）", "Role."))
@click.option("--area", "code", required=True, help=text("区划代码", "Code of the area."))
@click.option("--reason", default="", help=text("理由", "Why."))
@click.option(
    "--ask-id", is_flag=True,
    help=text("询问持有人身份证号，只存加密摘要", "Ask for the holder's ID number; only its keyed hash is kept."),
)
def add(username: str, name: str, role: str, code: str, reason: str, ask_id: bool) -> None:
    framework.start()
    from lianfang.response.territory.queries import by_code
    from lianfang.response.workflows.keep_accounts import open_account

    area = by_code(code)
    if area is None:
        raise click.BadParameter(text("没有这个区划代码", "there is no area with this code"), param_hint="--area")
    _user, password = open_account(username, name, role, area, by=None, reason=reason, id_number=_id_number(ask_id))
    _tell(username, password)


@command.command(
    "renew", help=text("重置密码和第二因素，并结束所有会话。", "New password, no second factor, no session.")
)
@click.argument("username")
@click.option(
    "--ask-id", is_flag=True,
    help=text("询问持有人身份证号，只存加密摘要", "Ask for the holder's ID number; only its keyed hash is kept."),
)
def renew(username: str, ask_id: bool) -> None:
    framework.start()
    from lianfang.response.workflows.keep_accounts import renew_sign_in

    _tell(username, renew_sign_in(_user(username), by=None, id_number=_id_number(ask_id)))


@command.command("close", help=text("立即关闭账号并收回职责。", "Close an account and end its roles, now."))
@click.argument("username")
@click.option("--why", required=True, help=text("原因", "Why."))
def close(username: str, why: str) -> None:
    framework.start()
    from lianfang.response.workflows.keep_accounts import close_account

    close_account(_user(username), by=None, why=why)
    say(f"账号 {username} 已关闭", f"The account {username} is closed")


@command.command("list", help=text("列出可以登录的账号。", "Accounts that can sign in."))
def list_accounts() -> None:
    framework.start()
    from allauth.mfa.models import Authenticator

    from lianfang.response import clock
    from lianfang.response.accounts.models import User
    from lianfang.response.workflows.keep_accounts import grants_of

    at = clock.now()
    for user in User.objects.filter(is_active=True).exclude(password__startswith="!").order_by("username"):
        roles = "; ".join(f"{grant.role} {grant.area.code}" for grant in grants_of(user, at))
        both = Authenticator.objects.filter(user=user).exists()
        click.echo(
            f"{user.username:<20}{user.name:<12}{roles:<40}{'' if both else text('未设第二因素', 'no second factor')}"
        )


def _id_number(ask: bool) -> str:
    """Typed unseen, never an argument: those stay in the shell's history."""
    return str(click.prompt(text("持有人身份证号", "ID number of the holder"), hide_input=True)) if ask else ""


def _user(username: str) -> Any:
    from lianfang.response.accounts.models import User

    user = User.objects.filter(username=username).first()
    if user is None:
        raise click.BadParameter(text("没有这个账号", "there is no such account"), param_hint="USERNAME")
    return user


def _tell(username: str, password: str) -> None:
    say(f"账号：{username}", f"account:  {username}")
    say(f"密码：{password}", f"password: {password}")
    say(
        "密码只显示这一次；首次登录时设置第二因素。",
        "The password is shown this once; the second factor is set up at the first sign-in.",
    )
